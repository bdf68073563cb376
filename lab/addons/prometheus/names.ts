export const NAMESPACE = 'monitoring';
export const OPERATOR_VERSION = '0.85.0';
/** The module's v0.316.0 is Prometheus 3.16.0: its Go modules count like that. */
export const PROMETHEUS_VERSION = '3.16.0';
export const PROMETHEUS_IMAGE = `quay.io/prometheus/prometheus:v${PROMETHEUS_VERSION}`;
export const RELOADER_IMAGE = `quay.io/prometheus-operator/prometheus-config-reloader:v${OPERATOR_VERSION}`;
/** Service that the operator makes in front of the Prometheus pods. */
export const PROMETHEUS_SERVICE = 'prometheus-operated';
