import { existsSync, readFileSync } from 'node:fs';

interface Manifest {
  id: string;
  category?: string;
  dependencies: { grafanaDependency: string };
  info: { logos: { small: string } };
  extensions?: { addedLinks: Array<{ targets: string[]; title: string }> };
  includes?: Array<{ type: string; path: string; role?: string }>;
  executable?: string;
}
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest;
const app = read('src/plugin.json');
const dataSource = read('src/datasource/plugin.json');

describe('the manifests', () => {
  it('are the same at the top of the repository and below src', () => {
    expect(read('plugin.json')).toEqual(app);
  });

  it('name the data source as a part of the app', () => {
    expect(app.includes).toContainEqual(
      expect.objectContaining({ type: 'datasource', path: 'datasource/plugin.json' })
    );
    expect(dataSource.id.replace('-datasource', '')).toBe(app.id.replace('-app', ''));
  });

  it.each(['grafana/dashboard/panel/menu', 'grafana/explore/toolbar/action'])(
    'give the entry in %s a title that is shown whole',
    (point) => {
      // Grafana cuts what is longer than 25 letters, and the rest stands nowhere.
      const entry = app.extensions?.addedLinks.find(({ targets }) => targets[0] === point);
      expect(entry?.title).toMatch(/^.{1,25}$/);
    }
  );

  it('give the data source a place on the page that adds connections', () => {
    expect(dataSource.category).toBe('other');
  });

  it('are for the same versions of Grafana, with the pre-releases that Grafana Cloud runs', () => {
    expect(app.dependencies.grafanaDependency).toBe('>=12.3.0-0');
    expect(dataSource.dependencies.grafanaDependency).toBe(app.dependencies.grafanaDependency);
  });

  it('let viewers see every page', () => {
    expect(app.includes?.filter(({ role }) => role !== undefined)).toEqual([]);
  });

  it('name a logo that there is', () => {
    expect(existsSync(`src/${app.info.logos.small}`)).toBe(true);
    expect(dataSource.info.logos.small).toBe(app.info.logos.small);
  });

  it('name the executable that the build writes', () => {
    expect(readFileSync('Magefile.go', 'utf8')).toContain(`"${dataSource.executable}"`);
  });
});
