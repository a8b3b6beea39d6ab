/**
 * Every icon of the product, drawn here. Web Awesome's default library asks a CDN and its built-in one fetches data
 * URLs; both names are taken over, so that an icon costs no request and passes `connect-src`. Paths are strokes on a
 * 24-pixel grid; the two marked filled are areas.
 */
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js';

const strokes: Readonly<Record<string, string>> = {
  alert: 'M12 3 2.5 20h19L12 3ZM12 10v4.5M12 17.3v.2',
  allergy: 'M12 3 2.5 20h19L12 3ZM12 10v4.5M12 17.3v.2',
  'arrow-down': 'M12 5v14M6 13l6 6 6-6',
  'arrow-left': 'M19 12H5M11 6l-6 6 6 6',
  'arrow-right': 'M5 12h14M13 6l6 6-6 6',
  'arrow-up': 'M12 19V5M6 11l6-6 6 6',
  book: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3V4ZM5 17a3 3 0 0 1 3-3h11',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  'chevron-down': 'm6 9 6 6 6-6',
  'chevron-left': 'm15 6-6 6 6 6',
  'chevron-right': 'm9 6 6 6-6 6',
  'circle-check': 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12.3l2.8 2.7L16 9.5',
  'circle-xmark': 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9 9l6 6M15 9l-6 6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2',
  copy: 'M9 9h11v11H9V9ZM5 15H4V4h11v1',
  document: 'M6 3h8l4 4v14H6V3ZM14 3v4h4M9 12h6M9 16h6',
  download: 'M12 4v11M7 10.5l5 5 5-5M4 20h16',
  edit: 'M4 20h4L19 9l-4-4L4 16v4ZM13 7l4 4',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  'eye-slash':
    'M4 4l16 16M9 6.2A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M6 8a17 17 0 0 0-3.5 4s3.5 6.5 9.5 6.5a9 9 0 0 0 4-1',
  history: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.8',
  inbox: 'M4 13 6.5 5h11L20 13v6H4v-6ZM4 13h5l1 2.5h4l1-2.5h5',
  indeterminate: 'M6 12h12',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5v.2',
  key: 'M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM11.5 12.5 4 20M7 17l2.5 2.5',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.7 1.7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.7-1.7',
  lock: 'M6 11h12v9H6v-9ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  'magnifying-glass': 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5',
  menu: 'M4 6h16M4 12h16M4 18h16',
  minus: 'M5 12h14',
  offline:
    'M4 4l16 16M5 11a11 11 0 0 1 4-2.4M2 8a16 16 0 0 1 4-2.6M12.5 5A15 15 0 0 1 22 8M16 9.7a11 11 0 0 1 3 1.3M8.5 14.5a6 6 0 0 1 4-1.4M12 18.5v.2',
  patients:
    'M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  peers:
    'M12 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM5 15.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM19 15.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM10.7 7.8 6.3 15.7M13.3 7.8l4.4 7.9M7.5 18h9',
  pill: 'M10.5 20.5a5 5 0 0 1-7-7l9-9a5 5 0 0 1 7 7l-9 9ZM8 9l7 7',
  plus: 'M12 5v14M5 12h14',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7v-6Z',
  save: 'M5 4h11l3 3v13H5V4ZM8 4v5h7V4M8 20v-6h8v6',
  settings:
    'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M5 12v8h14v-8',
  shield: 'M12 3 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6l-7-3Z',
  stop: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM5.7 5.7l12.6 12.6',
  undo: 'M9 7 4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-3',
  upload: 'M12 16V5M7 9.5l5-5 5 5M4 20h16',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 21a7.5 7.5 0 0 1 15 0',
  xmark: 'M6 6l12 12M18 6 6 18',
};
const filled: Readonly<Record<string, string>> = {
  circle: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z',
  star: 'm12 3 2.8 5.8 6.2.9-4.5 4.4 1 6.3-5.5-3-5.5 3 1-6.3L3 9.7l6.2-.9L12 3Z',
};

const svgNamespace = 'http://www.w3.org/2000/svg';

/** Draws into the element's own svg, again at each change of name: `spriteSheet` keeps the element from fetching. */
function drawIcon(svg: SVGElement, host?: { readonly name?: string }): void {
  const name = host?.name ?? '';
  if (svg.dataset['icon'] === name) return;
  const path = document.createElementNS(svgNamespace, 'path');
  const isArea = filled[name] !== undefined;
  path.setAttribute('d', filled[name] ?? strokes[name] ?? strokes['circle-xmark'] ?? '');
  path.setAttribute('fill', isArea ? 'currentColor' : 'none');
  if (!isArea) path.setAttribute('stroke', 'currentColor');
  path.setAttribute('stroke-width', '1.75');
  path.setAttribute('stroke-linecap', 'round');
  path.setAttribute('stroke-linejoin', 'round');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.dataset['icon'] = name;
  svg.querySelector('[data-drawn]')?.remove();
  path.dataset['drawn'] = '';
  svg.append(path);
}

export function registerIcons(): void {
  for (const library of ['default', 'system']) {
    registerIconLibrary(library, {
      resolver: (name) => `#${name}`,
      mutator: (svg, host) => drawIcon(svg, host?.name === undefined ? undefined : { name: host.name }),
      spriteSheet: true,
    });
  }
}
