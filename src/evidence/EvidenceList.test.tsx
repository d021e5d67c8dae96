import { render, screen, within } from '@testing-library/react';
import { EvidenceList } from './EvidenceList';

describe('EvidenceList', () => {
  it('shows nothing where there is nothing', () => {
    const { container } = render(<EvidenceList evidence={{}} />);
    expect(container).toBeEmptyDOMElement();
  });

  it('says on which side of the onset a change lies', () => {
    const change = {
      at: '2025-01-21T10:00:00Z',
      kind: 'NetworkPolicy',
      object: 'restrict',
      action: 'created',
      what: 'created',
      sources: ['event Created'],
    };
    render(
      <EvidenceList
        evidence={{
          changes: [
            { ...change, id: 'a', namespace: 'kube-system', beforeOnset: true },
            { ...change, id: 'b', object: 'other', beforeOnset: false },
          ],
        }}
      />
    );
    const rows = within(screen.getByRole('table', { name: 'Changes' })).getAllByRole('row');
    expect(rows[1]).toHaveTextContent('beforeNetworkPolicy restrict (kube-system) createdevent Created');
    expect(rows[2]).toHaveTextContent('afterNetworkPolicy other created');
  });

  it('shows commands whole, with why and a button to copy each', () => {
    const text = 'kubectl get pods -n kube-system -o wide';
    render(
      <EvidenceList evidence={{ commands: [{ text, why: 'Shows the pods.', step: 'cause/pods', changes: false }] }} />
    );
    expect(screen.getByText(text)).toBeVisible();
    expect(screen.getByText(/Shows the pods\./)).toBeVisible();
    expect(screen.getByRole('button', { name: `Copy ${text}` })).toBeVisible();
  });

  it('writes how many lines and traces there are as sentences do', () => {
    const pattern = {
      text: 'timed out <*>',
      change: 'new',
      service: 'payment',
      level: 'error',
      now: 84712,
      before: 1203,
    };
    const shape = { shape: 'payment fails', count: 12345, trace: '8f2e' };
    render(<EvidenceList evidence={{ patterns: [pattern as never], shapes: [shape as never] }} />);
    expect(screen.getByRole('row', { name: /timed out/ })).toHaveTextContent('84,7121,203');
    expect(screen.getByRole('row', { name: /payment fails/ })).toHaveTextContent('12,345');
  });

  it('shows the same command twice where two things call for it', () => {
    const command = { text: 'kubectl get pods', why: 'Shows the pods.', changes: false };
    const commands = [
      { ...command, step: 'cause/pods' },
      { ...command, step: 'cause/nodes' },
    ];
    render(<EvidenceList evidence={{ commands }} />);
    expect(screen.getAllByText('kubectl get pods')).toHaveLength(2);
  });

  it('sets what failing traces have in common against passing ones', () => {
    const trait = {
      service: 'payment',
      attribute: 'version',
      value: '2',
      failing: 16,
      failingOf: 20,
      passing: 1,
      passingOf: 90,
      chance: 0.001,
    };
    render(<EvidenceList evidence={{ traits: [trait] }} />);
    expect(screen.getByRole('row', { name: /version=2/ })).toHaveTextContent('16 of 201 of 90');
  });
});
