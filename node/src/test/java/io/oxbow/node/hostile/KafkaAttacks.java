package io.oxbow.node.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.apache.kafka.common.requests.RequestHeader;

/** Attacks of hostile clients on a Kafka listener, apart from producing. */
final class KafkaAttacks {

    private static final int MIB = 1 << 20;
    private static final int SMALL = 4 << 10;

    private KafkaAttacks() {}

    static Map<String, Attack> all() {
        return Map.of(
                "non-readers", KafkaAttacks::nonReaders,
                "pipelined metadata", KafkaAttacks::pipelinedMetadata,
                "half frames", KafkaAttacks::halfFrames,
                "huge frames", KafkaAttacks::hugeFrames,
                "garbage", KafkaAttacks::garbage,
                "broken frames", KafkaAttacks::brokenFrames,
                "joiners", KafkaAttacks::joiners,
                "committers", KafkaAttacks::committers,
                "connections", KafkaAttacks::connections,
                "connection storm", KafkaAttacks::connectionStorm);
    }

    /** The bytes of {@code request} as they go over the wire. */
    static byte[] frame(AbstractRequest request) {
        var header = new RequestHeader(request.apiKey(), request.version(), "hostile", 1);
        ByteBuffer bytes = request.serializeWithHeader(header);
        return ByteBuffer.allocate(4 + bytes.remaining())
                .putInt(bytes.remaining())
                .put(bytes)
                .array();
    }

    /** Fetches 64 times 50 MiB on each connection, and reads nothing. */
    private static void nonReaders(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        try (var sockets = new Sockets()) {
            byte[] fetch = fetch(target, 50 * MIB);
            for (int i = random.nextInt(8, 65); i > 0; i--) {
                sockets.write(sockets.add(target.kafka(SMALL)), fetch, 64);
            }
            target.hold(random.nextLong(500, 8_000));
        }
    }

    private static byte[] fetch(Target target, int bytes) {
        var topic = new FetchTopic().setTopicId(target.baitId());
        for (int i = 0; i < Hostility.PARTITIONS; i++) {
            topic.partitions()
                    .add(new FetchPartition().setPartition(i).setPartitionMaxBytes(bytes));
        }
        var data = new FetchRequestData().setMaxBytes(bytes).setMinBytes(1).setMaxWaitMs(500);
        data.setSessionEpoch(-1).setTopics(List.of(topic));
        return frame(new FetchRequest(data, (short) 13));
    }

    /** Pipelines requests with many names; the replies stay in the socket. */
    private static void pipelinedMetadata(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        var data = new MetadataRequestData().setAllowAutoTopicCreation(false);
        data.setTopics(new java.util.ArrayList<>());
        for (int i = random.nextInt(1, 20_000); i > 0; i--) {
            data.topics().add(new MetadataRequestTopic().setName("none" + i));
        }
        byte[] frame = frame(new MetadataRequest(data, (short) 9));
        try (var sockets = new Sockets()) {
            for (int i = random.nextInt(1, 17); i > 0; i--) {
                sockets.write(sockets.add(target.kafka(SMALL)), frame, 200);
            }
            target.hold(random.nextLong(500, 4_000));
        }
    }

    /** Begins frames that never end. */
    private static void halfFrames(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        int length = random.nextInt(100_000, 8 * MIB);
        byte[] half = ByteBuffer.allocate(4 + length / 2).putInt(length).array();
        try (var sockets = new Sockets()) {
            for (int i = random.nextInt(8, 200); i > 0; i--) {
                sockets.write(sockets.add(target.kafka(0)), half, 1);
            }
            target.hold(random.nextLong(500, 6_000));
        }
    }

    /** Declares frame lengths up to the largest there is, and sends a mebibyte or so of each. */
    private static void hugeFrames(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        try (var sockets = new Sockets()) {
            for (int i = random.nextInt(8, 200); i > 0; i--) {
                int length = random.nextInt(10 * MIB, Integer.MAX_VALUE);
                byte[] head = ByteBuffer.allocate(random.nextInt(4, MIB)).putInt(length).array();
                sockets.write(sockets.add(target.kafka(0)), head, 1);
            }
            target.hold(random.nextLong(200, 3_000));
        }
    }

    /** Sends random bytes, some of them in frames of a plausible length and with a known call. */
    private static void garbage(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        try (var sockets = new Sockets()) {
            for (int i = random.nextInt(1, 100); i > 0; i--) {
                byte[] bytes = new byte[random.nextInt(8, 200_000)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) {
                    ByteBuffer.wrap(bytes)
                            .putInt(bytes.length - 4)
                            .putShort((short) random.nextInt(80))
                            .putShort((short) random.nextInt(14));
                }
                sockets.write(sockets.add(target.kafka(0)), bytes, 1);
            }
            target.hold(random.nextLong(100, 1_000));
        }
    }

    /**
     * Sends frames that no client would send. They have a negative length or none, are cut off or
     * too short for their header, or have a version or call that does not exist.
     */
    private static void brokenFrames(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        byte[] whole = hello();
        for (int i = random.nextInt(1, 200); i > 0 && !target.isOver(); i--) {
            ByteBuffer frame = ByteBuffer.wrap(whole.clone());
            int sent = whole.length;
            switch (random.nextInt(6)) {
                case 0 -> frame.putInt(0, random.nextInt(Integer.MIN_VALUE, 1));
                case 1 -> sent = random.nextInt(1, whole.length);
                case 2 -> frame.putInt(0, random.nextInt(1, 8));
                case 3 -> frame.putShort(6, (short) random.nextInt());
                case 4 -> frame.putShort(4, (short) random.nextInt());
                default -> frame.put(random.nextInt(8, whole.length), (byte) random.nextInt());
            }
            try (var socket = target.kafka(0)) {
                socket.getOutputStream().write(frame.array(), 0, sent);
            } catch (IOException e) {
                // the node hung up: so it should
            }
        }
    }

    /** Opens connections one after the other and leaves, some after a request and unanswered. */
    private static void connectionStorm(Target target, RandomGenerator random) throws IOException {
        byte[] frame = hello();
        for (int i = random.nextInt(1, 2_000); i > 0 && !target.isOver(); i--) {
            try (var socket = target.kafka(0)) {
                socket.setSoLinger(random.nextBoolean(), 0);
                if (random.nextBoolean()) {
                    socket.getOutputStream().write(frame);
                }
            }
        }
    }

    private static byte[] hello() {
        var hello = new ApiVersionsRequestData().setClientSoftwareName("x");
        return frame(new ApiVersionsRequest(hello.setClientSoftwareVersion("1"), (short) 3));
    }

    /** Joins group after group with large metadata, and leaves. */
    private static void joiners(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        byte[] subscription = new byte[random.nextInt(10_000, 2 * MIB)];
        Arrays.fill(subscription, (byte) 'x');
        var protocol = new JoinGroupRequestProtocol().setName("range").setMetadata(subscription);
        for (int i = random.nextInt(1, 64); i > 0 && !target.isOver(); i--) {
            var data =
                    new JoinGroupRequestData()
                            .setGroupId("hostile-" + random.nextInt(1_000_000))
                            .setProtocolType("consumer")
                            .setSessionTimeoutMs(1_800_000)
                            .setRebalanceTimeoutMs(1_800_000)
                            .setProtocols(
                                    new JoinGroupRequestProtocolCollection(
                                            List.of(protocol.duplicate()).iterator()));
            try (var sockets = new Sockets()) {
                sockets.write(
                        sockets.add(target.kafka(0)),
                        frame(new JoinGroupRequest(data, (short) 3)),
                        1);
                Thread.sleep(20);
            }
        }
    }

    /** Commits offsets with as long a note as is taken, under ever new names of groups. */
    private static void committers(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        String note = "n".repeat(random.nextInt(1, 10_000));
        try (var sockets = new Sockets()) {
            var socket = sockets.add(target.kafka(0));
            for (int i = random.nextInt(1, 50); i > 0 && !target.isOver(); i--) {
                var topic = new OffsetCommitRequestTopic().setName(target.bait());
                for (int j = 0; j < 200; j++) {
                    topic.partitions()
                            .add(
                                    new OffsetCommitRequestPartition()
                                            .setPartitionIndex(j % Hostility.PARTITIONS)
                                            .setCommittedMetadata(note));
                }
                var data =
                        new OffsetCommitRequestData()
                                .setGroupId("noted-" + random.nextInt(100))
                                .setTopics(List.of(topic));
                byte[] frame =
                        frame(OffsetCommitRequest.Builder.forTopicNames(data).build((short) 8));
                socket.getOutputStream().write(frame);
                Thread.sleep(20);
            }
        }
    }

    /** Opens two thousand connections that send ApiVersions, and keeps them. */
    private static void connections(Target target, RandomGenerator random)
            throws IOException, InterruptedException {
        byte[] frame = hello();
        try (var sockets = new Sockets()) {
            for (int i = 0; i < 2_000 && !target.isOver(); i++) {
                sockets.add(target.kafka(0)).getOutputStream().write(frame);
            }
            target.hold(random.nextLong(1_000, 10_000));
        }
    }
}
