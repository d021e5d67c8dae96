import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answerFetchWith } from '../../tests/unit/streams';
import { LikeBefore } from './LikeBefore';
import { ReportPage } from './ReportPage';

it('earlier cases are compared anew when something else was found, and a failure is not shown any more', async () => {
  const answers = [
    Response.json({ sentence: 'Grafana is busy.' }, { status: 503 }),
    Response.json({ cases: [], compared: 3, unread: 0, more: false }),
  ];
  answerFetchWith(() => answers.shift() ?? Response.error());
  const { rerender } = render(<LikeBefore ds="prod" id="x" found="10:47" />);
  expect(await screen.findByText('Not compared: Grafana is busy.')).toBeVisible();
  rerender(<LikeBefore ds="prod" id="x" found="10:52" />);
  expect(await screen.findByText(/None of 3 earlier cases/)).toBeVisible();
  expect(screen.queryByText(/^Not compared/)).not.toBeInTheDocument();
});

it('a report is not shown as that of another case', async () => {
  const waiting = new Promise<Response>(() => undefined);
  answerFetchWith(({ url }) => (url.includes('/one/') ? new Response('# One\n\nIt was DNS.\n') : waiting));
  const { rerender } = render(<ReportPage ds="prod" id="one" />);
  expect(await screen.findByText('It was DNS.')).toBeVisible();
  rerender(<ReportPage ds="prod" id="two" />);
  expect(screen.queryByText('It was DNS.')).not.toBeInTheDocument();
});

it('a report can be copied as a message for a chat once that is there', async () => {
  const user = userEvent.setup();
  Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
  let come: (answer: Response) => void = () => undefined;
  const message = new Promise<Response>((resolve) => (come = resolve));
  answerFetchWith(({ url }) => (url.includes('format=chat') ? message : new Response('# One\n\nIt was DNS.\n')));
  render(<ReportPage ds="prod" id="one" />);
  const button = await screen.findByRole('button', { name: 'Copy for chat' });
  expect(button).toHaveAttribute('aria-disabled', 'true');
  come(new Response('one: It was DNS.\n'));
  await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled', 'true'));
  await user.click(button);
  await waitFor(() => expect(screen.getByText('Copied')).toBeVisible());
  expect(await navigator.clipboard.readText()).toBe('one: It was DNS.\n');
});
