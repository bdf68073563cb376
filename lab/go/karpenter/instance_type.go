package main

import (
	"runtime"
	"unique"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/karpenter/kwok/apis/v1alpha1"
	v1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

// zone of every machine: the lab is one machine in one place.
const zone = "lab"

// instanceType is a row of the provider as Karpenter plans with it. Every well-known label has to be named.
func instanceType(row machineType) *cloudprovider.InstanceType {
	capacity := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse(row.CPU),
		corev1.ResourceMemory: resource.MustParse(row.Memory),
		corev1.ResourcePods:   resource.MustParse("200"),
	}
	for name, amount := range row.Resources {
		capacity[corev1.ResourceName(name)] = resource.MustParse(amount)
	}
	is := func(key string, values ...string) *scheduling.Requirement {
		return scheduling.NewRequirement(key, corev1.NodeSelectorOpIn, values...)
	}
	made := &cloudprovider.InstanceType{
		Name: row.Name,
		Requirements: scheduling.NewRequirements(
			is(corev1.LabelInstanceTypeStable, row.Name),
			is(corev1.LabelArchStable, runtime.GOARCH),
			is(corev1.LabelOSStable, string(corev1.Linux)),
			is(corev1.LabelTopologyZone, zone),
			is(v1.CapacityTypeLabelKey, v1.CapacityTypeOnDemand),
			is(v1alpha1.InstanceSizeLabelKey, row.Name),
			is(v1alpha1.InstanceFamilyLabelKey, "lab"),
			is(v1alpha1.InstanceCPULabelKey, row.CPU),
			is(v1alpha1.InstanceMemoryLabelKey, row.Memory),
		),
		Offerings: cloudprovider.Offerings{{
			Requirements: scheduling.NewRequirements(is(v1.CapacityTypeLabelKey, v1.CapacityTypeOnDemand), is(corev1.LabelTopologyZone, zone)),
			Price:        row.PricePerHour,
			Available:    true,
		}},
		Capacity: capacity,
		Overhead: &cloudprovider.InstanceTypeOverhead{},
	}
	if row.DRADriver != "" {
		made.DynamicResources.ResourceSliceTemplates = []*cloudprovider.ResourceSliceTemplate{sliceTemplate(row)}
	}
	return made
}

// sliceTemplate tells which devices a DRA driver will publish once the node is there.
func sliceTemplate(row machineType) *cloudprovider.ResourceSliceTemplate {
	template := &cloudprovider.ResourceSliceTemplate{
		Driver: unique.Make(row.DRADriver),
		Pool:   cloudprovider.ResourcePool{Name: unique.Make(row.Name)},
	}
	for _, name := range row.DRADevices {
		template.Devices = append(template.Devices, cloudprovider.Device{Name: unique.Make(name)})
	}
	return template
}
