export const appId = 'faultline-investigation-app';
export const dataSourceType = 'faultline-investigation-datasource';
