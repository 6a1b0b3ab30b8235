package io.oxbow.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.partition.PartitionCounts;
import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Tests the bytes of counts, and which process answers. */
class RpcTrafficLinkTest {

    private static byte[] request(UUID callee) {
        var out = new BinaryWriter(16);
        out.uuid(callee);
        return out.toByteArray();
    }

    private static Map<TopicPartition, PartitionCounts> generated(Random random) {
        Map<TopicPartition, PartitionCounts> counts = new HashMap<>();
        for (int i = random.nextInt(50); i > 0; i--) {
            counts.put(
                    new TopicPartition("t" + random.nextInt(5), random.nextInt(1_000)),
                    new PartitionCounts(
                            random.nextLong(Long.MAX_VALUE), random.nextInt(9), random.nextInt(9)));
        }
        return counts;
    }

    @Test
    void countsAreReadAsTheyWereWritten() {
        for (long seed = 0; seed < 100; seed++) {
            Map<TopicPartition, PartitionCounts> counts = generated(new Random(seed));
            assertThat(RpcTrafficLink.read(RpcTrafficLink.bytes(counts))).isEqualTo(counts);
        }
    }

    @Test
    void bytesThatWereCutAreRefused() {
        byte[] bytes =
                RpcTrafficLink.bytes(
                        Map.of(new TopicPartition("t", 1), new PartitionCounts(1_000, 2, 3)));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RpcTrafficLink.read(cut)).isInstanceOf(CorruptException.class);
        }
    }

    @Test
    void anotherProcessAtTheAddressAnswersNothing() {
        var self = new UUID(0, 1);
        assertThat(RpcTrafficLink.serve(request(new UUID(0, 2)), self, Map::of)).isEmpty();
        assertThat(RpcTrafficLink.read(RpcTrafficLink.serve(request(self), self, Map::of)))
                .isEmpty();
    }
}
