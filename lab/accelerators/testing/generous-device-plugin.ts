import { runDevicePlugin } from '../device-plugin/run-device-plugin.ts';

/** Deliberately defective: whoever asks for one device is given all of them. */
runDevicePlugin((_asked, all) => all);
