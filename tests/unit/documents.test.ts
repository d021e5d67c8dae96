import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Where the documents of this repository are on the web. */
const published = /^https:\/\/github\.com\/faultline-investigation\/faultline\/(?:blob|tree)\/main\//;

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...['docs', 'lab', 'pkg', 'provisioning', 'src', 'tests'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !/testdata|node_modules/.test(name))
      .map((name) => join(folder, name))
  ),
];
const contents = new Map(pages.map((page) => [page, readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '')]));

/** The places of a page that a link can name, as GitHub calls them. */
function headings(page: string): string[] {
  return [...(contents.get(page) ?? '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replace(/ /g, '-')
  );
}

/** Links and pictures of a page that lead into this repository, as `file` or `file#heading`. */
function linksOf(page: string): string[] {
  const links = [...(contents.get(page) ?? '').matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)];
  return links
    .map(([, link, picture]) => link ?? picture ?? '')
    .filter((link) => published.test(link) || !link.includes('://'))
    .map((link) => {
      const [path = '', heading] = link.replace(published, '').split('#');
      const file = published.test(link) ? path : relative('.', join(dirname(page), path));
      return `${path ? file : page}${heading === undefined ? '' : `#${heading}`}`;
    });
}

it('there are documents, and links in them', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'src/README.md', 'docs/links.md']));
  expect(linksOf('docs/alerts.md')).toContain('docs/links.md');
});

it.each(pages)('every link of %s leads somewhere', (page) => {
  const broken = linksOf(page).filter((link) => {
    const [file = '', heading] = link.split('#');
    return !existsSync(file) || (heading !== undefined && !headings(file).includes(heading));
  });
  expect(broken).toEqual([]);
});
