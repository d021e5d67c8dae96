import { act, render, screen } from '@testing-library/react';
import { locationService } from '@grafana/runtime';
import { installDataSources } from '../../tests/unit/grafana';
import App from './App';

it('the app shows the page that the address names, and follows it', () => {
  installDataSources();
  locationService.push('/a/faultline-investigation-app');
  render(<App />);
  expect(screen.getByText('No environment is set up yet.')).toBeVisible();
  act(() => locationService.push('/a/faultline-investigation-app/investigate'));
  expect(screen.getByText(/This link does not name/)).toBeVisible();
});
