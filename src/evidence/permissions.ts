import { OrgRole } from '@grafana/data';
import { config } from '@grafana/runtime';

/** Whether the user may ask questions in Explore, and so in the apps that build on it. */
export function mayExplore(): boolean {
  return config.bootData.user.permissions?.['datasources:explore'] === true;
}

/** Whether the user may set environments up: that makes data sources, and service accounts for them. */
export function maySetUp(): boolean {
  const { permissions = {}, orgRole, isGrafanaAdmin } = config.bootData.user;
  return permissions['datasources:create'] === true || orgRole === OrgRole.Admin || isGrafanaAdmin;
}

/** Whether the user may write into cases: Viewers read. The backend decides; this keeps what it would refuse off the page. */
export function mayWriteCases(): boolean {
  const { orgRole } = config.bootData.user;
  return !['Viewer', 'None'].includes(orgRole);
}
