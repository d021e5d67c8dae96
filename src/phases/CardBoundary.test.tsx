import { render, screen } from '@testing-library/react';
import { CardBoundary } from './CardBoundary';

function Card({ text }: { text?: string }) {
  if (!text) {
    throw new Error('there is no text');
  }
  return <p>{text}</p>;
}

function Cards({ text }: { text?: string }) {
  return (
    <>
      <CardBoundary title="Latency" content={text}>
        <Card text={text} />
      </CardBoundary>
      <CardBoundary title="Onset" content="it rose">
        <Card text="it rose" />
      </CardBoundary>
    </>
  );
}

// React reports what a boundary has caught, too.
beforeEach(() => jest.spyOn(console, 'error').mockReturnValue());
afterEach(() => jest.restoreAllMocks());

describe('a card that cannot be drawn', () => {
  it('says so in its place, and the others stay', () => {
    render(<Cards />);
    expect(screen.getByText('"Latency" cannot be shown.')).toBeVisible();
    expect(screen.getByText(/Please report it: there is no text/)).toBeVisible();
    expect(screen.getByText('it rose')).toBeVisible();
  });

  it('is drawn anew when there is something else to show', () => {
    const { rerender } = render(<Cards />);
    rerender(<Cards text="0.4 s" />);
    expect(screen.getByText('0.4 s')).toBeVisible();
    expect(screen.queryByText(/cannot be shown/)).not.toBeInTheDocument();
  });
});
