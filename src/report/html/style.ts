/**
 * The page's only style. Colours come in two schemes and reach a contrast of 4.5 as text; outcomes also have a sign and a word.
 * Printing opens nothing by itself, but leaves nothing out that is open.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfbf9, #14171a); --card: light-dark(#ffffff, #1b1f23); --ink: light-dark(#1d2126, #e6e8ea);
  --quiet: light-dark(#59616a, #9ba5af); --line: light-dark(#dcdfe3, #343a41); --link: light-dark(#0b57a8, #7cb7f5);
  --pass: light-dark(#1a6e3c, #6cc592); --fail: light-dark(#b3201f, #ff8f88);
  --inconclusive: light-dark(#8a5300, #eab04e); --na: light-dark(#59616a, #a3adb7); --info: light-dark(#0b57a8, #7cb7f5);
  --warm: light-dark(#fff6e3, #2a2415); --count: light-dark(#2f6f9f, #5aa4d8);
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 .8rem; }
h2 { font-size: 1.35rem; margin: 2.6rem 0 .6rem; padding-top: .8rem; border-top: 2px solid var(--line); }
h3 { font-size: 1rem; margin: 0; display: inline; font-weight: 600; }
h4 { font-size: .95rem; margin: 1.2rem 0 .3rem; }
p { margin: .5rem 0; } a { color: var(--link); text-underline-offset: .15em; }
code, pre { font: .88em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.brand { display: flex; gap: .5rem; align-items: center; color: var(--quiet); font-weight: 600; letter-spacing: .04em; margin: 0; }
.mark { height: 1.5rem; }
.stamp { display: inline-block; margin-left: .7rem; padding: .1rem .6rem; border: 2px solid var(--inconclusive); border-radius: .3rem;
  color: var(--inconclusive); font-size: .95rem; letter-spacing: .12em; text-transform: uppercase; vertical-align: middle; }
.o-pass { --c: var(--pass); } .o-fail { --c: var(--fail); } .o-inconclusive { --c: var(--inconclusive); }
.o-not-applicable { --c: var(--na); } .o-info { --c: var(--info); }
.exit { border-left: 6px solid var(--c); background: var(--card); padding: .7rem 1rem; font-size: 1.1rem; border-radius: 0 .4rem .4rem 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .7rem 1.2rem; margin: 1.2rem 0; }
.facts > .long { grid-column: 1 / -1; }
dt { color: var(--quiet); font-size: .82rem; } dd { margin: 0; }
.quiet, .title, .asks, figcaption { color: var(--quiet); font-size: .9rem; }
.title, .asks { display: block; font-weight: 400; } .asks { font-size: .82rem; }
.level { margin-left: .5rem; padding: 0 .35rem; border: 1px solid var(--line); border-radius: .25rem; font-size: .75rem; font-weight: 600;
  color: var(--quiet); vertical-align: middle; white-space: nowrap; }
.chip { color: var(--c); font-weight: 700; white-space: nowrap; }
.attention { border: 2px solid var(--inconclusive); background: var(--warm); border-radius: .5rem; padding: .2rem 1.2rem .8rem; margin-top: 1.5rem; }
.attention h2 { border: 0; margin-top: .4rem; padding: 0; } .attention h3 { display: block; margin-top: .8rem; }
.attention li { margin: .4rem 0; }
.wide { overflow-x: auto; } .wide > svg { display: block; min-width: 56rem; width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--quiet); font-size: .82rem; } caption { text-align: left; color: var(--quiet); font-size: .9rem; padding-bottom: .3rem; }
.verdicts th[scope=row] { min-width: 15rem; font-weight: 600; } .verdicts td { min-width: 10rem; } .verdicts .why { min-width: 18rem; font-size: .88rem; }
.bar { display: flex; flex-wrap: wrap; gap: 3px; margin-top: .3rem; }
.box { width: 1.5rem; height: 1.5rem; display: grid; place-items: center; background: var(--c); color: var(--card); font-size: .85rem; font-weight: 700;
  text-decoration: none; border-radius: 3px; position: relative; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
figure { margin: 1rem 0; } figcaption { margin: .4rem 0; }
details > summary { cursor: pointer; } figure details > summary, .fold > summary, .evidence summary { color: var(--quiet); font-size: .9rem; }
.case { background: var(--card); border: 1px solid var(--line); border-left: 6px solid var(--c); border-radius: .4rem; padding: .6rem 1rem; margin: .7rem 0; }
.case > summary { list-style-position: outside; margin-left: .9rem; } .case > summary .title { margin-left: 0; }
[id] { scroll-margin-top: 1rem; } .about { scroll-margin-top: 6rem; } .evidence pre { scroll-margin-top: 4rem; }
:target { outline: 2px solid var(--link); outline-offset: 3px; }
.case[open] > summary { margin-bottom: .6rem; }
.findings { list-style: none; padding: 0; margin: .6rem 0; } .findings > li { border-left: 3px solid var(--c); padding: .1rem 0 .1rem .8rem; margin: .7rem 0; }
.findings p { margin: .15rem 0; } .claim { font-weight: 600; }
.remedy { background: var(--warm); border-left: 3px solid var(--inconclusive); padding: .35rem .7rem; }
.remedy::before { content: 'What to do: '; font-weight: 700; }
pre { white-space: pre-wrap; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; padding: .7rem; margin: .3rem 0 .8rem; }
.matrix { width: auto; } .matrix th, .matrix td { padding: .4rem 1rem; border: 1px solid var(--line); } .matrix caption { white-space: nowrap; }
.c-opened, .c-made-and-opened { color: var(--ink); font-weight: 600; } .c-refused, .c-absent { color: var(--quiet); }
.foreign { outline: 3px solid var(--fail); outline-offset: -3px; color: var(--fail); }
svg text { font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif; fill: var(--ink); }
svg .axis { fill: var(--quiet); font-size: 11px; } svg .head { font-weight: 600; } svg .sign { fill: var(--c); font-weight: 700; }
.grid { stroke: var(--line); } .ground { stroke: var(--quiet); stroke-width: .5; }
.queued { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 3; fill: none; }
svg .prepare { fill: var(--c); opacity: .3; } svg .act { fill: var(--c); } .least-wait { fill: var(--ink); opacity: .7; }
.key { display: inline-block; width: 1.6rem; height: .6rem; margin: 0 .2rem 0 .9rem; vertical-align: baseline; background: var(--pass); }
.k-queued { height: 0; margin-bottom: .25rem; background: none; border-top: 2px dotted var(--quiet); } .k-prepare { opacity: .3; }
.k-wait { height: 3px; background: var(--ink); }
.count { fill: var(--count); opacity: .28; } .count-1 { opacity: .5; } .count-2 { opacity: .95; }
.course { fill: none; stroke: var(--count); stroke-width: 2; } .dot { fill: var(--count); } .shade { fill: var(--inconclusive); opacity: .14; }
.wait rect { fill: var(--quiet); opacity: .35; } .wait.w-timed-out rect { fill: var(--inconclusive); opacity: .55; }
.wait.w-broken rect { fill: var(--fail); opacity: .5; } .wait.w-quiet rect { fill: var(--pass); opacity: .4; } .wait text { font-size: 10.5px; }
.answer { fill: var(--pass); } .answer.refused { fill: none; stroke: var(--quiet); stroke-width: 2.5; }
.cited { fill: var(--c); stroke: var(--card); } .gap { fill: var(--fail); opacity: .25; }
.mark-line path { stroke: var(--ink); stroke-dasharray: 4 3; opacity: .6; } .mark-line circle { fill: var(--ink); } .mark-line text { fill: var(--card); font-weight: 700; font-size: 11px; }
.mark-name { margin-right: 1.1rem; } .mark-number { display: inline-grid; place-items: center; min-width: 1.2rem; height: 1.2rem; border-radius: 1rem; background: var(--ink);
  color: var(--card); font-size: .72rem; font-weight: 700; }
footer { margin-top: 3rem; border-top: 2px solid var(--line); color: var(--quiet); font-size: .9rem; }
@media print { body { max-width: none; } .wide { overflow: visible; } }
`;
