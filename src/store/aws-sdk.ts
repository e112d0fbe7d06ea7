/**
 * The parts of the AWS SDK that we use, loaded together when an s3 store is used. A file of its own because a
 * bundle cannot take names out of `import()` of a CommonJS package, and leaves out what is not named here.
 */
// biome-ignore lint/performance/noBarrelFile: loaded by import(), never for its own sake
export {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
export { fromNodeProviderChain, fromWebToken } from "@aws-sdk/credential-providers";
