/** Style and script of the report: no more than a browser has by itself. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 14.5px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1160px; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0.2rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 0.6rem; margin: 1rem 0; }
.figures div { border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem; line-height: 1.3; }
.figures b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.zero b::after { content: " \\2713"; color: #009e73; font-size: 1rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 1.5rem; align-items: start; }
.wrong { border-color: #d55e00; } .wrong b::after { content: " \\2717"; color: #d55e00; font-size: 1rem; }
.beside > * { min-width: 0; }
.account { display: flex; height: 1.6rem; border-radius: 6px; overflow: hidden; margin: 0.6rem 0; }
.account i { display: block; min-width: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; font-size: 0.87rem; }
th, td { text-align: right; white-space: nowrap; padding: 0.2rem 0.5rem; border-bottom: 1px solid var(--line); } th { white-space: normal; vertical-align: bottom; } :is(th, td):first-child { text-align: left; }
.wide, .timeline { overflow-x: auto; }
.timeline { border: 1px solid var(--line); border-radius: 6px; background: #fff; } .timeline svg { display: block; margin: auto; }
@media (prefers-color-scheme: dark) { .timeline { filter: invert(0.9) hue-rotate(180deg); } }
.note { background: var(--soft); border-left: 3px solid #e69f00; padding: 0.4rem 0.8rem; margin: 0.5rem 0; }
.note.wrong { border-color: #d55e00; }
select, button { font: inherit; margin: 0.5rem 0; }
details { margin-top: 1rem; } pre { overflow-x: auto; white-space: pre-wrap; background: var(--soft); padding: 0.8rem; font-size: 0.8rem; }
`;

/** Chooses a timeline by list, by button or by the link of a row, and makes it wider. */
export const PAGE_SCRIPT = `
const choose = document.getElementById('choose');
const timelines = [...document.querySelectorAll('.timeline')];
let zoom = 1;
const show = () => {
  for (const timeline of timelines) {
    timeline.hidden = timeline.dataset.rekey !== choose.value;
    const svg = timeline.querySelector('svg');
    svg.setAttribute('width', zoom * svg.viewBox.baseVal.width);
    svg.setAttribute('height', zoom * svg.viewBox.baseVal.height);
  }
};
const go = (index) => {
  if (index < 0 || index >= timelines.length) return;
  choose.value = String(index);
  show();
};
const scale = (factor) => { zoom = Math.min(4, Math.max(0.25, zoom * factor)); show(); };
const on = (id, action) => document.getElementById(id).addEventListener('click', action);
choose.addEventListener('change', show);
on('previous', () => go(Number(choose.value) - 1));
on('next', () => go(Number(choose.value) + 1));
on('wider', () => scale(1.5));
on('narrower', () => scale(1 / 1.5));
const follow = () => {
  const [, number] = /^#rekey-(\\d+)$/.exec(location.hash) ?? [];
  if (number === undefined) return;
  go(Number(number) - 1);
  document.getElementById('timeline').scrollIntoView();
};
addEventListener('hashchange', follow);
follow();
`;
