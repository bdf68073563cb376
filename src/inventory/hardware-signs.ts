import { acceleratorOfInstance } from './instance-types.ts';

/** Labels by which clouds and labellers say that a node has accelerators, whatever their value (but not `false`, `0`, `none`). */
const SIGNS: readonly RegExp[] = [
  /^kubernetes\.azure\.com\/accelerator$/,
  // Labels of people and of clouds that say it in so many words: gpu, nebius.com/gpu-name, cce.baidubce.com/gpu-card-name.
  /(^|\/)(gpu|npu|accelerator)([-.]?(name|type|model|product|class|brand|card-name))?$/,
  /^cloud\.google\.com\/gke-(tpu-)?accelerator$/,
  /^(k8s\.amazonaws\.com|cluster-api|node\.openshift\.io)\/accelerator$/,
  /^(karpenter\.k8s\.aws|eks\.amazonaws\.com)\/instance-(gpu|accelerator)-(name|manufacturer|count)$/,
  /^karpenter\.azure\.com\/sku-gpu-(name|manufacturer|count)$/,
  /^nvidia\.com\/((gpu|cuda)\.(?!workload)|mig\.capable$)/,
  /^aliyun\.accelerator\/(nvidia|xpu)_(name|count|mem)$/,
  /^(beta\.)?amd\.com\/gpu\./,
  /^gpu\.intel\.com\/(device|family|product)/,
  /^(doks\.digitalocean\.com\/gpu-(brand|model)|vke\.vultr\.com\/gpu|lke\.linode\.com\/gpu|gpu\.nvidia\.com\/(class|model))/,
  /^(gpu\.coreweave\.cloud|gpu\.coreweave\.com)\//,
  /^(intel\.)?feature\.node\.kubernetes\.io\/((amd-|intel-)?gpu|habana|gaudi|neuron|npu)/,
  /^(aws\.amazon\.com\/neuron|habana\.ai\/|huawei\.com\/|node\.kubernetes\.io\/npu)/,
];

/** Node Feature Discovery: display and processing controllers of makers of accelerators, by PCI class and vendor. */
const PCI =
  /^feature\.node\.kubernetes\.io\/pci-(?:(03[0-9a-f]{2}|12[0-9a-f]{2}|0b40)_)?(10de|1002|8086|1da3|19e5|1ae0|cabc|1e52|1ed2|1eff|1d0f|17cb|1e36|1d94|9999|1e3e|1ee0|1f5c)(?![0-9a-f])/;
/** A display controller of these is as often a screen's. */
const SCREENS = /_?(1002|8086)$/;

/** The label (`key=value`) that says it; undefined: none does. */
export function hardwareSign(labels: Readonly<Record<string, string>>): string | undefined {
  for (const [key, value] of Object.entries(labels)) {
    if (['', 'false', '0', 'none', 'no'].includes(value.toLowerCase())) continue;
    if (SIGNS.some((sign) => sign.test(key))) return `${key}=${value}`;
    const [, pciClass = '', vendor = ''] = PCI.exec(key) ?? [];
    if (vendor === '') continue;
    const isScreen = SCREENS.test(vendor) && (pciClass === '' || pciClass === '0300');
    const isNetwork = ['1d0f', '19e5'].includes(vendor) && pciClass === '';
    if (!isScreen && !isNetwork) return `${key}=${value}`;
  }
  const type = labels['node.kubernetes.io/instance-type'] ?? labels['beta.kubernetes.io/instance-type'] ?? '';
  return acceleratorOfInstance(type) === undefined ? undefined : `node.kubernetes.io/instance-type=${type}`;
}
