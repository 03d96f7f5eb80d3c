#!/bin/sh
# The first process of a machine; run by machine.py in namespaces of its own. Public keys come by standard input.
# usage: machine_boot.sh TARBALL PACKAGES ADDRESS PORT USER
set -eu
tarball=$1 packages=$2 address=$3 port=$4 user=$5

mount --make-rprivate /
exec 3<"$tarball"
mkdir -p /mnt
# The folder of packages may lie under the mount: it is bound aside first.
root=/mnt
here=$(mktemp -d)
mount --bind "$packages" "$here"
mount -t tmpfs -o mode=755,size=4g machine "$root"
tar --extract --numeric-owner --file - --directory "$root" <&3
exec 3<&-
mount --move "$here" "$root/var/cache/packages"
rmdir "$here"
for deb in "$root"/var/cache/packages/*.deb; do
  [ -e "$deb" ] && ln -s "/var/cache/packages/${deb##*/}" "$root/var/cache/apt/archives/"
done

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t sysfs -o ro,nosuid,nodev,noexec sys "$root/sys"
mount -t tmpfs -o nosuid,noexec,mode=755,size=1m dev "$root/dev"
mount -t tmpfs -o nosuid,nodev,mode=755 run "$root/run"
for node in null zero full random urandom tty; do
  touch "$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/run/sshd" "$root/run/lock"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 pts "$root/dev/pts"
mount -t tmpfs -o nosuid,nodev,mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"
chmod 1777 "$root/run/lock"

cp /etc/resolv.conf /etc/hosts "$root/etc/"
echo machine >"$root/etc/hostname"
hostname machine
echo 127.0.1.1 machine >>"$root/etc/hosts"

# From here on nothing of the host's files is in reach.
mkdir "$root/mnt/host"
cd "$root"
pivot_root . mnt/host
exec chroot . sh -eu -s "$address" "$port" "$user" 3<&0 <<'INSIDE'
cd /
umount -l /mnt/host
rmdir /mnt/host
address=$1 port=$2 user=$3

[ "$user" = root ] || useradd --create-home --shell /bin/bash "$user"
echo "$user ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/machine
chmod 440 /etc/sudoers.d/machine
keys=$(cat <&3)
exec 3<&-
for name in root "$user"; do
  home=$(getent passwd "$name" | cut -d: -f6)
  mkdir -p -m 700 "$home/.ssh"
  printf '%s\n' "$keys" >"$home/.ssh/authorized_keys"
  chown -R "$name:" "$home/.ssh"
done
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
cat >/etc/ssh/sshd_config <<CONFIG
ListenAddress $address:$port
HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM yes
PrintMotd no
Subsystem sftp /usr/lib/openssh/sftp-server
CONFIG

# This shell stays as the first process: it takes in orphans, and no package takes it for systemd.
/usr/sbin/sshd -D -e </dev/null &
wait $!
INSIDE
