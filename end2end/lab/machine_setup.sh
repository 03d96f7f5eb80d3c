#!/bin/sh
# Installs the base of every machine and packs it; run by machine_base.py in namespaces of its own.
# usage: machine_setup.sh RELEASE MIRROR KEYRING PACKAGE,PACKAGE SOURCES APT_CONF TARBALL
set -eu
release=$1 mirror=$2 keyring=$3 packages=$4 sources=$5 conf=$6 tarball=$7

mount --make-rprivate /
root=/mnt
mount -t tmpfs -o mode=755 machine "$root"
# The new tmpfs hides nothing that is needed: the files named above are open or elsewhere.
debootstrap --variant=minbase --keyring="$keyring" --include="$packages" "$release" "$root" "$mirror"

cp "$sources" "$root/etc/apt/sources.list"
cp "$conf" "$root/etc/apt/apt.conf.d/50host"
cat >"$root/etc/apt/apt.conf.d/60machine" <<'APT'
// No translations, and packages are kept for the next machine.
Acquire::Languages "none";
DPkg::Post-Invoke { "/usr/local/sbin/keep-packages"; };
APT
# Nothing in a machine has to survive a power cut, and nobody reads manuals there.
cat >"$root/etc/dpkg/dpkg.cfg.d/machine" <<'DPKG'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/locale/*
DPKG

# A link in the archive folder is a package that an earlier machine downloaded; a file is a new one.
mkdir -p "$root/var/cache/packages"
cat >"$root/usr/local/sbin/keep-packages" <<'KEEP'
#!/bin/sh
find /var/cache/apt/archives -maxdepth 1 -name '*.deb' -type f | while read -r file; do
  kept=/var/cache/packages/${file##*/}
  [ -e "$kept" ] || { cp "$file" "$kept.$$" && mv "$kept.$$" "$kept"; }
done
KEEP

# The host's network is the machine's: a package must not start its service where it listens by default. A role
# starts it after it said where.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d" "$root/usr/local/sbin/keep-packages"

rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf" "$root/etc/hostname"

cp /etc/resolv.conf /etc/hosts "$root/etc/"
mount -t proc proc "$root/proc"
chroot "$root" apt-get update
umount "$root/proc"
rm -f "$root"/var/cache/apt/archives/*.deb
tar --create --one-file-system --numeric-owner --file "$tarball" --directory "$root" .
