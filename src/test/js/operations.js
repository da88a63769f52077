// SPDX-License-Identifier: Apache-2.0
// Each operation that Amazon's SDK for JavaScript has, against the server at WEIR_URL. What can only be judged
// elsewhere is left in the folder that is the argument: clip.mp4, media.mkv, and operations.json.
// The stream "cam" has been pushed to; FROM and TO are what it has, milliseconds since 1970.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as control from "@aws-sdk/client-kinesis-video";
import * as media from "@aws-sdk/client-kinesis-video-media";
import * as archived from "@aws-sdk/client-kinesis-video-archived-media";

const folder = process.argv[2];
const settings = { endpoint: process.env.WEIR_URL, region: "eu-west-1", maxAttempts: 1 };
const from = new Date(Number(process.env.FROM));
const to = new Date(Number(process.env.TO));
const called = new Set();

function caller(sdk, client) {
  return (operation, input = {}) => {
    called.add(operation);
    return client.send(new sdk[`${operation}Command`](input));
  };
}

const video = caller(control, new control.KinesisVideoClient(settings));
const read = caller(media, new media.KinesisVideoMediaClient(settings));
const archive = caller(archived, new archived.KinesisVideoArchivedMediaClient(settings));

function refused(call, name, status) {
  return assert.rejects(call, (error) => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
    return true;
  });
}

async function streams() {
  const { StreamARN } = await video("CreateStream", {
    StreamName: "door", DataRetentionInHours: 5, MediaType: "video/h264", Tags: { place: "hall" },
  });
  const { StreamInfo } = await video("DescribeStream", { StreamARN });
  assert.equal(StreamInfo.StreamName, "door");
  assert.equal(StreamInfo.Status, "ACTIVE");
  assert.equal(StreamInfo.DataRetentionInHours, 5);
  assert.ok(Math.abs(StreamInfo.CreationTime - Date.now()) < 60_000);
  const { StreamInfoList } = await video("ListStreams", { MaxResults: 1 });
  assert.deepEqual(StreamInfoList.map((each) => each.StreamName), ["cam"]);
  await video("UpdateStream", { StreamARN, CurrentVersion: StreamInfo.Version, DeviceName: "lens" });
  await refused(
    video("UpdateStream", { StreamARN, CurrentVersion: StreamInfo.Version, DeviceName: "x" }),
    "VersionMismatchException", 400);
  const version = async () => (await video("DescribeStream", { StreamARN })).StreamInfo.Version;
  await video("UpdateDataRetention", {
    StreamARN, CurrentVersion: await version(), Operation: "INCREASE_DATA_RETENTION",
    DataRetentionChangeInHours: 7,
  });
  assert.equal((await video("DescribeStream", { StreamARN })).StreamInfo.DataRetentionInHours, 12);
  const { DataEndpoint } = await video("GetDataEndpoint", { StreamARN, APIName: "GET_MEDIA" });
  assert.equal(DataEndpoint, process.env.WEIR_URL);
  await tags(StreamARN);
  await configurations(StreamARN);
  await edge(StreamARN);
  await signaling();
  await refused(video("CreateStream", { StreamName: "door" }), "ResourceInUseException", 400);
  await refused(video("CreateStream", { StreamName: "no name" }), "InvalidArgumentException", 400);
  await video("DeleteStream", { StreamARN, CurrentVersion: await version() });
  await refused(video("DescribeStream", { StreamARN }), "ResourceNotFoundException", 404);
}

async function tags(StreamARN) {
  await video("TagStream", { StreamARN, Tags: { floor: "2" } });
  await video("UntagStream", { StreamARN, TagKeyList: ["place"] });
  assert.deepEqual((await video("ListTagsForStream", { StreamARN })).Tags, { floor: "2" });
  const ResourceARN = StreamARN;
  await video("TagResource", { ResourceARN, Tags: [{ Key: "side", Value: "left" }] });
  await video("UntagResource", { ResourceARN, TagKeyList: ["floor"] });
  assert.deepEqual((await video("ListTagsForResource", { ResourceARN })).Tags, { side: "left" });
}

async function configurations(StreamARN) {
  const ImageGenerationConfiguration = {
    Status: "ENABLED", ImageSelectorType: "PRODUCER_TIMESTAMP", SamplingInterval: 3000, Format: "JPEG",
    FormatConfig: { JPEGQuality: "70" }, DestinationConfig: { Uri: "s3://pictures/door", DestinationRegion: "us-east-1" },
  };
  await video("UpdateImageGenerationConfiguration", { StreamARN, ImageGenerationConfiguration });
  const images = await video("DescribeImageGenerationConfiguration", { StreamARN });
  assert.deepEqual(images.ImageGenerationConfiguration, ImageGenerationConfiguration);
  const NotificationConfiguration = {
    Status: "ENABLED", DestinationConfig: { Uri: "arn:aws:sns:us-east-1:000000000000:door" },
  };
  await video("UpdateNotificationConfiguration", { StreamARN, NotificationConfiguration });
  const notifications = await video("DescribeNotificationConfiguration", { StreamARN });
  assert.deepEqual(notifications.NotificationConfiguration, NotificationConfiguration);
  const mapped = await video("DescribeMappedResourceConfiguration", { StreamARN });
  assert.deepEqual(mapped.MappedResourceConfigurationList, []);
}

async function edge(StreamARN) {
  const HubDeviceArn = "arn:aws:iot:us-east-1:000000000000:thing/hub";
  const MediaSourceConfig = {
    MediaUriSecretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:camera", MediaUriType: "RTSP_URI",
  };
  await refused(
    video("StartEdgeConfigurationUpdate", {
      StreamARN, EdgeConfig: { HubDeviceArn, RecorderConfig: { MediaSourceConfig } },
    }),
    "ResourceNotFoundException", 404);
  for (const operation of ["DescribeEdgeConfiguration", "DeleteEdgeConfiguration"]) {
    await refused(video(operation, { StreamARN }), "StreamEdgeConfigurationNotFoundException", 404);
  }
  assert.deepEqual((await video("ListEdgeAgentConfigurations", { HubDeviceArn })).EdgeConfigs, []);
}

async function signaling() {
  const ChannelARN = "arn:aws:kinesisvideo:us-east-1:000000000000:channel/talk/1770091506007";
  const inputs = {
    CreateSignalingChannel: { ChannelName: "talk" },
    DescribeSignalingChannel: { ChannelName: "talk" },
    ListSignalingChannels: {},
    UpdateSignalingChannel: { ChannelARN, CurrentVersion: "a" },
    DeleteSignalingChannel: { ChannelARN },
    GetSignalingChannelEndpoint: { ChannelARN },
    DescribeMediaStorageConfiguration: { ChannelARN },
    UpdateMediaStorageConfiguration: { ChannelARN, MediaStorageConfiguration: { Status: "DISABLED" } },
  };
  for (const [operation, input] of Object.entries(inputs)) {
    await refused(video(operation, input), "UnsupportedOperationException", 400);
  }
}

async function recordings() {
  const StreamName = "cam";
  const TimestampRange = { StartTimestamp: from, EndTimestamp: to };
  const selector = { FragmentSelectorType: "PRODUCER_TIMESTAMP", TimestampRange };
  const page = await archive("ListFragments", { StreamName, MaxResults: 2, FragmentSelector: selector });
  const rest = await archive("ListFragments", { StreamName, NextToken: page.NextToken });
  const numbers = [...page.Fragments, ...rest.Fragments].map((each) => each.FragmentNumber);
  assert.equal(new Set(numbers).size, numbers.length);
  assert.equal(page.Fragments[0].ProducerTimestamp.getTime(), from.getTime());

  const { Payload, ContentType } = await read("GetMedia", {
    StreamName, StartSelector: { StartSelectorType: "EARLIEST" },
  });
  assert.equal(ContentType, "video/webm");
  const all = await Payload.transformToByteArray();
  await writeFile(join(folder, "media.mkv"), all);
  const one = await archive("GetMediaForFragmentList", { StreamName, Fragments: numbers.slice(1, 2) });
  const bytes = await one.Payload.transformToByteArray();
  assert.ok(bytes.length > 0 && bytes.length < all.length);

  const clip = await archive("GetClip", { StreamName, ClipFragmentSelector: selector });
  assert.equal(clip.ContentType, "video/mp4");
  await writeFile(join(folder, "clip.mp4"), await clip.Payload.transformToByteArray());
  const images = await archive("GetImages", {
    StreamName, ImageSelectorType: "PRODUCER_TIMESTAMP", StartTimestamp: from,
    EndTimestamp: new Date(from.getTime() + 2000), SamplingInterval: 1000, Format: "PNG",
  });
  assert.equal(images.Images.length, 3);
  const png = Buffer.from(images.Images[1].ImageContent, "base64");
  assert.equal(png.toString("latin1", 1, 4), "PNG");
  const { HLSStreamingSessionURL } = await archive("GetHLSStreamingSessionURL", {
    StreamName, PlaybackMode: "ON_DEMAND", HLSFragmentSelector: selector,
  });
  const { DASHStreamingSessionURL } = await archive("GetDASHStreamingSessionURL", {
    StreamName, PlaybackMode: "ON_DEMAND", DASHFragmentSelector: selector,
  });
  await refused(
    archive("GetClip", { StreamName: "none", ClipFragmentSelector: selector }), "ResourceNotFoundException", 404);
  return { hls: HLSStreamingSessionURL, dash: DASHStreamingSessionURL, fragments: numbers };
}

await streams();
const found = await recordings();
const operations = [control, media, archived]
  .flatMap(Object.keys)
  .filter((name) => name.endsWith("Command") && name !== "$Command")
  .map((name) => name.slice(0, -"Command".length));
await writeFile(
  join(folder, "operations.json"), JSON.stringify({ ...found, operations, called: [...called] }));
