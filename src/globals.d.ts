declare let __webpack_public_path__: string;

/** The AMD loader's description of the module being loaded. */
declare module 'amd-module' {
  const module: { uri?: string } | undefined;
  export default module;
}
