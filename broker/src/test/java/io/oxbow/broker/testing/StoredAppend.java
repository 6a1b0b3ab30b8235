package io.oxbow.broker.testing;

import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.ReadResult;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One append as it was made. */
record StoredAppend(
        long baseOffset, int count, long maxTimestamp, long appendTimeMillis, byte[] bytes) {

    long nextOffset() {
        return baseOffset + count;
    }

    ReadResult.Append toAppend() {
        return new ReadResult.Append(
                baseOffset,
                count,
                maxTimestamp,
                appendTimeMillis,
                ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    /** Null if the filter drops it. */
    @Nullable StoredAppend decided(AppendFilter filter) {
        return switch (filter.decide(toAppend())) {
            case AppendFilter.Decision.Keep keep -> this;
            case AppendFilter.Decision.Drop drop -> null;
            case AppendFilter.Decision.Replace(var records, var timestamp) -> {
                byte[] replaced = new byte[records.remaining()];
                records.duplicate().get(replaced);
                yield new StoredAppend(baseOffset, count, timestamp, appendTimeMillis, replaced);
            }
        };
    }
}
