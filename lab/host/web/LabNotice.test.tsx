import { act, render, screen } from '@testing-library/react';
import { LabNotice, type Notice } from './LabNotice';

const recording: Notice = { text: 'You see a recording: building Loki.', busy: true };
const live: Notice = {
  text: 'The live incident runs.',
  busy: false,
  link: { text: 'Show the recording', url: '/recording' },
  from: 'recording',
  instead: '/live?ds=lab',
};

describe('the notice of the lab', () => {
  const goOn = jest.fn();
  let said: Notice | undefined;

  beforeEach(() => {
    jest.useFakeTimers();
    goOn.mockReset();
    said = recording;
    global.fetch = jest.fn(() =>
      said ? Promise.resolve({ ok: true, json: () => Promise.resolve(said) } as Response) : Promise.reject(new Error())
    );
  });

  afterEach(() => jest.useRealTimers());

  const shown = async (address: string) => {
    window.history.replaceState(null, '', address);
    render(<LabNotice goOn={goOn} />);
    await act(() => jest.advanceTimersByTimeAsync(0));
  };
  const later = () => act(() => jest.advanceTimersByTimeAsync(2000));

  it('says what is being built and goes on with the live incident', async () => {
    await shown('/investigate?ds=recording');
    expect(screen.getByRole('status')).toHaveTextContent('building Loki');
    expect(goOn).not.toHaveBeenCalled();
    said = live;
    await later();
    expect(goOn).toHaveBeenCalledWith('/live?ds=lab');
  });

  it('leaves who looks at something else where they are', async () => {
    await shown('/cases?ds=lab');
    said = live;
    await later();
    expect(goOn).not.toHaveBeenCalled();
    expect(screen.getByRole('link', { name: 'Show the recording' })).toHaveAttribute('href', '/recording');
  });

  it('stays at the recording for who comes back to it', async () => {
    said = live;
    await shown('/investigate?ds=recording');
    await later();
    expect(goOn).not.toHaveBeenCalled();
  });

  it('keeps its words while the lab does not answer', async () => {
    await shown('/investigate?ds=recording');
    said = undefined;
    await later();
    expect(screen.getByRole('status')).toHaveTextContent('building Loki');
    said = live;
    await later();
    expect(goOn).toHaveBeenCalled();
  });
});
