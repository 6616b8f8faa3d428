import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ErrorClass, errorClasses, type Problem, problemsOf } from './examples.ts';

const PAGE = fileURLToPath(new URL('../../../hdl-gen/docs/errors.md', import.meta.url));

const mendedProgram = ({ example, mended: [wrong, right] }: ErrorClass): string => example.replaceAll(wrong, right);

describe.each(errorClasses.map((mistake) => [`${mistake.code} ${mistake.name}`, mistake] as const))('%s', (_title, mistake) => {
  it('is what its example triggers, and nothing else', async () => {
    expect(await problemsOf(`${mistake.code}-wrong`, mistake.example)).toEqual([
      {
        code: mistake.code,
        isWarning: expect.any(Boolean),
        message: expect.stringMatching(new RegExp(`^${mistake.code} .*\n.*advice: `, 's')),
      },
    ]);
  });

  it('is gone, and nothing else is wrong, in the mended example', async () => {
    expect(mendedProgram(mistake)).not.toBe(mistake.example);
    expect(await problemsOf(`${mistake.code}-mended`, mendedProgram(mistake))).toEqual([]);
  });
});

it('no two errors have one code, and every code is HG and three digits', () => {
  const codes = errorClasses.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => !/^HG\d{3}$/.test(code))).toEqual([]);
});

it('hdl-gen/docs/errors.md is what the classes say (renew it with `npx vitest run errors/catalogue -u`)', async () => {
  const sections: string[] = [];
  for (const mistake of errorClasses) {
    const [problem] = await problemsOf(`${mistake.code}-wrong`, mistake.example);
    sections.push(section(mistake, problem));
  }
  await expect(page(sections)).toMatchFileSnapshot(PAGE);
});

function page(sections: readonly string[]): string {
  return `# Errors of hdl-gen

Made by a test from the classes in \`hdl-gen/errors/\`: the messages are what the examples give. What one line shows is
thrown at that line; what needs the whole module, elaboration reports all at once. The editor refuses many of these
programs before they run; widths that are computed, and JavaScript, only show when they do.

| code | |
|---|---|
${errorClasses.map(({ code, name, meaning }) => `| [${code}](#${code.toLowerCase()}-${name.toLowerCase()}) | ${meaning} |`).join('\n')}

${sections.join('\n')}`;
}

function section({ code, name, meaning, example, mended }: ErrorClass, problem: Problem | undefined): string {
  const [wrong, right] = mended;
  const isShort = !`${wrong}${right}`.includes('\n');
  return `## ${code} ${name}

${meaning}

\`\`\`ts
${example.trim()}
\`\`\`

\`\`\`text
${problem?.message}
\`\`\`

${isShort ? `Mended: \`${right}\` instead of \`${wrong}\`.` : `Mended:\n\n\`\`\`ts\n${example.replaceAll(wrong, right).trim()}\n\`\`\``}
`;
}
