/** What helps against the errors of file systems that people meet; others need no advice of ours. */
const FIXES: Readonly<Record<string, string>> = {
  ENOSPC: "free disk space and run again; nothing half-written is left",
  EDQUOT: "free disk space and run again; nothing half-written is left",
  EFBIG: "raise the limit of file sizes (ulimit -f), or choose a file system that has such large files",
  EIO: "check the disk: it fails to read or to write",
  EACCES: "check the folder's permissions",
  EPERM: "check the folder's permissions",
  EROFS: "choose a folder that is not mounted read-only",
  // Node answers ENOENT when it cannot create a folder on a read-only file system.
  ENOENT: "check that the folder exists or can be created: it may be mounted read-only",
  ENOTDIR: "choose another path: a part of this one is a file, or a link that leads nowhere",
  EEXIST: "choose another path: a part of this one is a file",
  EISDIR: "choose another path: this one is a folder",
  ENAMETOOLONG: "choose a shorter path",
  EMFILE: "raise the limit of open files (ulimit -n)",
};

/** Advice for an errno code, in the imperative. */
export function fixForErrno(errno: string | undefined): string | undefined {
  return errno === undefined ? undefined : FIXES[errno];
}

/** Where reading needs other advice than writing. */
const READING: Readonly<Record<string, string>> = {
  ENOENT: "check the path: there is no such file or folder",
  ENOTDIR: "check the path: a part of it is a file, not a folder",
  EACCES: "let this user read it (chmod), or run as one who may",
  EPERM: "let this user read it (chmod), or run as one who may",
  EISDIR: "name a file: this is a folder",
};

/** Advice for an errno code with which reading failed, in the imperative. */
export function fixForReading(errno: string | undefined): string | undefined {
  return errno === undefined ? undefined : (READING[errno] ?? FIXES[errno]);
}
