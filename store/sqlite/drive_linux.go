package sqlite

import "syscall"

// The magic numbers of file systems that are not on this host, by statfs(2).
var networkDrives = map[uint32]string{
	0x6969:     "NFS",
	0x517b:     "SMB",
	0xff534d42: "CIFS",
	0xfe534d42: "SMB2",
	0x564c:     "NCP",
	0x5346414f: "AFS",
	0x73757245: "Coda",
	0x00c36400: "Ceph",
	0x01021997: "9P",
	0x65735546: "FUSE",
	0x47504653: "GPFS",
	0x0bd00bd0: "Lustre",
	0x7461636f: "OCFS2",
	0x01161970: "GFS2",
}

// networkDrive names the kind of network drive that a folder is on; "" for a local one, or where it is unknown.
func networkDrive(folder string) string {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return ""
	}
	return networkDrives[uint32(st.Type)]
}
