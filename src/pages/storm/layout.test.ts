import type { StormCall } from '../../api/storms';
import { placeServices } from './layout';

const calls = (...pairs: string[]): StormCall[] =>
  pairs.map((pair) => {
    const [caller = '', callee = ''] = pair.split('>');
    return { caller, callee, state: 'worse' };
  });

const columnOf = (of: StormCall[]) =>
  Object.fromEntries(placeServices(of).map(({ service, column }) => [service, column]));

it('places every caller left of what it calls', () => {
  expect(columnOf(calls('front>cart', 'front>stock', 'cart>stock', 'desk>stock'))).toEqual({
    front: 0,
    cart: 1,
    desk: 1,
    stock: 2,
  });
});

it('comes to an end with services that call each other in a circle', () => {
  const placed = placeServices(calls('a>b', 'b>c', 'c>a', 'c>d'));
  expect(placed.map(({ service }) => service).sort()).toEqual(['a', 'b', 'c', 'd']);
  expect(Math.max(...placed.map(({ column }) => column))).toBeLessThan(4);
});

it('gives no two services one place', () => {
  const placed = placeServices(calls('a>x', 'b>x', 'c>y', 'c>x', 'd>y'));
  expect(new Set(placed.map(({ column, row }) => `${column}/${row}`)).size).toBe(placed.length);
});

it('places nothing where nobody calls', () => {
  expect(placeServices([])).toEqual([]);
});
