import amdModule from 'amd-module';

// Chunks lie beside the module that asks for them, wherever Grafana serves it from (sub-path or CDN).
if (amdModule?.uri) {
  __webpack_public_path__ = amdModule.uri.slice(0, amdModule.uri.lastIndexOf('/') + 1);
}
