import { render, screen } from '@testing-library/react';
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
