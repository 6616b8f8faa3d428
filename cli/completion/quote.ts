/** Text within single quotes of a shell. */

/** Of bash and zsh, where a quote ends the text. */
export function posixQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Of fish, where a backslash quotes. */
export function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The first line of a description, without what would only crowd a menu. */
export function short(description: string): string {
  return description
    .replace(/ \(default: .*\)$/, '')
    .replace(/[;(].*$/, '')
    .trim();
}
