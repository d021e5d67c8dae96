import { fireEvent, render, screen } from '@testing-library/react';
import { useSteadyReading } from './useSteadyReading';

function Page() {
  const root = useSteadyReading<HTMLDivElement>();
  return (
    <div ref={root}>
      <section data-readable>
        <b>one</b> <i>sentence</i>
      </section>
      <section data-readable>
        <button>two</button>
      </section>
    </div>
  );
}

function pointAt(text: string) {
  const element = screen.getByText(text);
  // jsdom has no places, and so nothing at them.
  document.elementFromPoint = () => element;
  fireEvent.pointerOver(element);
}

describe('what a person points at', () => {
  const measured = jest.spyOn(Element.prototype, 'getBoundingClientRect');
  beforeEach(() => {
    render(<Page />);
    pointAt('one');
    measured.mockClear();
  });

  it('is not measured again while it is in the same card', () => {
    ['sentence', 'one', 'sentence'].forEach(pointAt);
    expect(measured).not.toHaveBeenCalled();
  });

  it('is measured when it is another card', () => {
    pointAt('two');
    expect(measured).toHaveBeenCalled();
  });
});
