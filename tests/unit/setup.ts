import '@testing-library/jest-dom';

// jsdom does not lay anything out; what only matters for layout does nothing here.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
Object.assign(globalThis, { ResizeObserver: NoObserver, IntersectionObserver: NoObserver });
// Long lists draw what is in sight, which without a size is nothing.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { configurable: true, get: () => 420 },
  clientWidth: { configurable: true, get: () => 800 },
});
Element.prototype.scrollIntoView = () => undefined;
document.elementFromPoint = () => null;
HTMLCanvasElement.prototype.getContext = () => null;
Object.defineProperty(window, 'matchMedia', {
  value: () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }),
});

// What React or Grafana complain about is a mistake, so it fails the test that provoked it.
for (const level of ['error', 'warn'] as const) {
  // eslint-disable-next-line no-console -- this is where it is forbidden
  console[level] = (...complaint: unknown[]) => {
    throw new Error(complaint.map(String).join(' '));
  };
}
