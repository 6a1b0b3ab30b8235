package io.oxbow.s3stream.object;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes data objects for tests, and reads their content. */
final class ObjectBytes {

    private ObjectBytes() {}

    static ByteBuffer frame(long streamId, long baseOffset, int count, byte[] payload) {
        var record =
                new WalRecord(
                        streamId,
                        7,
                        baseOffset,
                        count,
                        1000 + baseOffset,
                        2000 + baseOffset,
                        ByteBuffer.wrap(payload));
        ByteBuffer frame = ByteBuffer.allocate((int) RecordFrame.sizeInBytes(record));
        RecordFrame.encode(frame, record);
        return frame.flip();
    }

    static byte[] join(DataObject object) {
        ByteBuffer joined = ByteBuffer.allocate((int) object.size());
        object.body().forEach(buffer -> joined.put(buffer.duplicate()));
        if (joined.hasRemaining()) {
            throw new AssertionError("size is " + object.size() + ", body has less");
        }
        return joined.array();
    }

    /** Returns an object of a few streams with appends of all sizes. */
    static DataObject random(Random random, int blockBytes) {
        var writer = new DataObjectWriter(blockBytes);
        long streamId = 0;
        for (int stream = 1 + random.nextInt(4); stream > 0; stream--) {
            streamId += 1 + random.nextInt(3);
            long offset = random.nextInt(1000);
            for (int i = 1 + random.nextInt(10); i > 0; i--) {
                byte[] payload = new byte[random.nextInt(random.nextBoolean() ? 40 : 4000)];
                random.nextBytes(payload);
                int count = 1 + random.nextInt(5);
                writer.add(frame(streamId, offset, count, payload));
                offset += count + (random.nextInt(10) == 0 ? 3 : 0);
            }
        }
        return writer.finish();
    }

    static ObjectReader reader(byte[] bytes) {
        return new ObjectReader((key, position, size) -> {
            int from = (int) Math.min(position, bytes.length);
            int length = Math.min(size, bytes.length - from);
            return ByteBuffer.wrap(bytes.clone(), from, length);
        });
    }

    /** Returns the whole content of an object as text. */
    static List<String> content(byte[] bytes) {
        ObjectReader reader = reader(bytes);
        ObjectIndex index = reader.index("k", bytes.length);
        List<String> content = new ArrayList<>();
        for (int i = 0; i < index.size(); i++) {
            BlockEntry entry = index.entry(i);
            content.add(entry.toString());
            reader.block("k", entry)
                    .visit(-1, append -> content.add(describe(entry.streamId(), append)));
        }
        return content;
    }

    static String describe(long streamId, ReadResult.Append append) {
        byte[] payload = new byte[append.records().remaining()];
        append.records().duplicate().get(payload);
        return "%d@%d+%d ts=%d at=%d %s"
                .formatted(
                        streamId,
                        append.baseOffset(),
                        append.count(),
                        append.maxTimestamp(),
                        append.appendTimeMillis(),
                        java.util.HexFormat.of().formatHex(payload));
    }
}
