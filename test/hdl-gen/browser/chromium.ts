/** Chromium as a judge: what a page has become when it has run. */
import { execa } from 'execa';
import { inTemporaryDirectory } from '../verilog/tools.ts';

/** Runs of a page whose script has left nothing, before it counts as one that leaves nothing. */
const TRIES = 5;

/** The document of the page, as text, after its scripts, of which one leaves a result (`leaving`). */
export async function documentOf(address: string): Promise<string> {
  for (let run = 1; ; run++) {
    const page = await documentOnce(address);
    // code may compile in another thread, for which virtual time does not wait on a machine with much to do
    if (page.includes('data-result=') || run === TRIES) return page;
  }
}

function documentOnce(address: string): Promise<string> {
  return inTemporaryDirectory(async (profile) => {
    // virtual time goes on only when nothing is under way in the page
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, '--virtual-time-budget=60000'];
    const { stdout } = await execa('chromium', [...flags, '--dump-dom', address]);
    return stdout;
  });
}

/** A script that leaves the JSON of what `expression` gives, or the error, in the page. */
export function leaving(expression: string): string {
  return `try { document.body.dataset.result = JSON.stringify(${expression}); } catch (error) { document.body.dataset.result = JSON.stringify(String(error)); }`;
}

/** What such a script left. */
export function leftIn(page: string): unknown {
  const [, text = 'null'] = /data-result="([^"]*)"/.exec(page) ?? [];
  return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&gt;', '>').replaceAll('&lt;', '<'));
}
