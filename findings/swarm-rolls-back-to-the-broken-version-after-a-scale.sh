#!/bin/sh
# Docker Engine 20.10.24 (Debian 12).
#
# Behaviour: Swarm keeps one former specification of a service, that before the last change of any kind. Who scales a service
# while an update goes on makes the new version its own former version: when its tasks then fail,
# `--update-failure-action rollback` goes back to the version that fails, with the replicas from before the scaling, and
# the state is `rollback_completed`.
# Output seen, where version 1 runs and version 2 ends with 1:
#   updated alone:             rollback_completed, version 1, 2 replicas
#   scaled to 3 while updated: rollback_completed, version 2, 2 replicas
# Wrong guess: a completed rollback means that the version from before the update serves again, and scaling is apart from it.
#
# Needs a Docker client of a swarm's manager, and apt-get with dpkg-deb of Debian 12. Ends with 1 when an answer changes.
set -eu

name=finding-scale-$$
folder=$(mktemp -d)
clean() {
  docker service rm "$name" >/dev/null 2>&1 || true
  for _ in 1 2 3 4 5 6 7 8 9 10; do docker image rm --force "$name" >/dev/null 2>&1 && break || sleep 1; done
  rm -rf "$folder"
}
trap clean EXIT
cd "$folder"
apt-get download busybox-static=1:1.35.0-4+deb12u1+b1 >/dev/null 2>&1 || apt-get download busybox-static >/dev/null 2>&1
dpkg-deb -x busybox-static_*.deb root
tar -C root -c . | docker import - "$name" >/dev/null
node=$(docker info --format '{{.Swarm.NodeID}}')

shown='{{with .UpdateStatus}}{{.State}}{{end}}, {{index .Spec.TaskTemplate.ContainerSpec.Env 0}}, {{.Spec.Mode.Replicated.Replicas}} replicas'
state() { docker service inspect --format "$shown" "$name" | sed 's/VERSION=/version /'; }
running() { docker service ps --filter desired-state=running --format '{{.CurrentState}}' "$name" | grep -c '^Running' || true; }

# Asks until the words come; prints the last ones.
await() {
  for _ in $(seq 90); do
    said=$("$1")
    case $said in $2) break ;; esac
    sleep 1
  done
  echo "$said"
}

try() {
  docker service create --quiet --detach --name "$name" --constraint "node.id==$node" --replicas 2 --env VERSION=1 \
    --restart-condition none --stop-grace-period 0s --update-failure-action rollback --update-monitor 60s \
    --entrypoint /bin/busybox "$name" sh -c '[ "$VERSION" = 1 ] && exec busybox sleep 3600; busybox sleep 5; exit 1' >/dev/null 2>&1
  await running 2 >/dev/null
  docker service update --quiet --detach --env-rm VERSION --env-add VERSION=2 "$name" >/dev/null
  "$@"
  await state '*rollback_completed*'
  docker service rm "$name" >/dev/null
}

alone=$(try true)
echo "updated alone:             $alone"
scaled=$(try docker service update --quiet --detach --replicas 3 "$name" 2>/dev/null)
scaled=$(echo "$scaled" | tail -n 1)
echo "scaled to 3 while updated: $scaled"
[ "$alone" = 'rollback_completed, version 1, 2 replicas' ]
[ "$scaled" = 'rollback_completed, version 2, 2 replicas' ]
