package io.oxbow.s3stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.store.ObjectStores;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example of the module's README. */
class StreamStoreExampleTest {

    @Test
    void theExampleOfTheReadmeWorks(@TempDir Path dir) throws Exception {
        List<String> read = new ArrayList<>();
        // README begin
        var environment = Environment.system();
        var me = new StreamStoreConfig.Identity(0, UUID.randomUUID(), "localhost:8181", Set.of());
        var name = new StreamName(new UUID(0, 1), 0, StreamName.Kind.DATA);
        try (var bucket =
                        ObjectStores.open(
                                dir.resolve("bucket").toUri().toString(), Map.of(), environment);
                var log =
                        BucketMetadataLog.open(
                                bucket, LogConfig.of(0, me.incarnation()), environment)) {
            log.takeOver(leader -> MetadataLog.LeaderSign.ENDED);
            var wal = FileWalVolume.open(WalConfig.at(dir.resolve("wal")), environment);
            try (var store =
                    NodeStreams.open(StreamStoreConfig.of(me), environment, bucket, log, wal)) {
                Stream stream = store.open(List.of(name)).get(name);
                stream.append(ByteBuffer.wrap("hello".getBytes()), 1, 0).await(); // durable
                store.flush(); // and in the bucket
                try (ReadResult fetched = stream.read(0, 1 << 20)) {
                    fetched.appends().forEach(append -> read.add(text(append.records())));
                }
            }
        }
        // README end
        assertThat(read).containsExactly("hello");
    }

    private static String text(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return new String(copy);
    }
}
