import { runDevicePlugin } from './run-device-plugin.ts';

runDevicePlugin();
