/**
 * The one thing that is used of client-node. A module of its own, to be loaded by `import()`: so the bundler leaves out the
 * typed API (14 of 15 MB), which it cannot when the library itself is loaded that way.
 */
export { KubeConfig } from '@kubernetes/client-node';
