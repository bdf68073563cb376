// Command karpenter is Karpenter with the lab as its cloud: it makes and removes real nodes of the lab by asking the
// lab's node provider (lab/provider) on the machine, over a unix socket.
package main

import (
	"os"

	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/overlay"
	"sigs.k8s.io/karpenter/pkg/controllers"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/operator"
)

// socketVariable names the environment variable with the path of the provider's socket (flags are Karpenter's own).
const socketVariable = "LAB_PROVIDER_SOCKET"

func main() {
	ctx, op := operator.NewOperator()
	cloud, err := newCloud(ctx, os.Getenv(socketVariable))
	if err != nil {
		log.FromContext(ctx).Error(err, "the lab's node provider cannot be used")
		os.Exit(1)
	}
	decorated := overlay.Decorate(cloud, op.GetClient(), op.InstanceTypeStore)
	cluster := state.NewCluster(op.Clock, op.GetClient(), decorated)
	op.WithControllers(ctx, controllers.NewControllers(
		ctx, op.Manager, op.Clock, op.GetClient(), op.EventRecorder, decorated, cloud, cluster, op.InstanceTypeStore,
	)...).Start(ctx)
}
