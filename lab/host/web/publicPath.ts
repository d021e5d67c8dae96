// Grafana's packages look for their icons and fonts below this address.
window.__grafana_public_path__ = '/public/';
