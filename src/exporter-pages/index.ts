/** The public face: pages of accelerator exporters, read by the inventory's tables. */
export * from './device-identity.ts';
export * from './device-readings.ts';
export * from './likely-series.ts';
export * from './row-series.ts';
