#!/bin/sh
# Docker Engine 20.10.24 (Debian 12) and 28.5.2 (Debian unstable), both seen.
#
# A Swarm config with `--template-driver golang` is filled in on the node of each task, but knows nothing of that node
# except its id: `{{.Node.Hostname}}` and `{{.Node.Platform.Architecture}}` are empty. The same words in an environment
# variable of the same service are filled in.
#
# Seen:
#   variable: vm x86_64
#   config:   [] []
#
# Wrong guess: one config can hold what differs by node or by architecture, e.g. a program for each, as placeholders mean
# the same everywhere in a service.
#
# Needs a Docker client of a swarm's manager, and apt-get with dpkg-deb of Debian 12.
set -eu

name=finding-config-template-$$
folder=$(mktemp -d)
clean() {
  docker service rm "$name" >/dev/null 2>&1 || true
  for _ in 1 2 3 4 5 6 7 8 9 10; do docker config rm "$name" >/dev/null 2>&1 && break || sleep 1; done
  docker image rm --force "$name" >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap clean EXIT
cd "$folder"
apt-get download busybox-static=1:1.35.0-4+deb12u1+b1 >/dev/null 2>&1 || apt-get download busybox-static >/dev/null 2>&1
dpkg-deb -x busybox-static_*.deb root
tar -C root -c . | docker import - "$name" >/dev/null

printf '[{{.Node.Hostname}}] [{{.Node.Platform.Architecture}}]' >template
docker config create --template-driver golang "$name" template >/dev/null
node=$(docker info --format '{{.Swarm.NodeID}}')
docker service create --quiet --detach --name "$name" --constraint "node.id==$node" \
  --env 'OF_NODE={{.Node.Hostname}} {{.Node.Platform.Architecture}}' --config "source=$name,target=/filled" \
  --entrypoint /bin/busybox "$name" sh -c 'echo "variable: $OF_NODE"; echo "config:   $(busybox cat /filled)"; busybox sleep 60' >/dev/null 2>&1

for _ in $(seq 60); do
  said=$(docker service logs --raw "$name" 2>/dev/null || true)
  case $said in *config:*) break ;; esac
  sleep 1
done
echo "$said"
echo "$said" | grep -qx 'config:   \[\] \[\]'
echo "$said" | grep -Eqx 'variable: [^ ]+ (x86_64|aarch64)'
