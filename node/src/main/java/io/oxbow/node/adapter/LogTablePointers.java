package io.oxbow.node.adapter;

import io.oxbow.catalog.PointersUnavailableException;
import io.oxbow.catalog.TablePointers;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalog's pointers, kept in the metadata log under a prefix of their own. */
public final class LogTablePointers implements TablePointers {

    private static final String PREFIX = "catalog/";

    private final MetadataLog log;

    public LogTablePointers(MetadataLog log) {
        this.log = log;
    }

    @Override
    public Optional<Pointer> get(String key) {
        return log.image().pointer(PREFIX + key).map(LogTablePointers::pointer);
    }

    @Override
    public Map<String, Pointer> list(String prefix) {
        Map<String, Pointer> found = new HashMap<>();
        log.image()
                .pointers(PREFIX + prefix)
                .forEach((key, value) -> found.put(key.substring(PREFIX.length()), pointer(value)));
        return found;
    }

    @Override
    public Outcome put(String key, long expectedVersion, byte @Nullable [] value) {
        ApplyResult result;
        try {
            result =
                    log.append(
                                    List.of(
                                            new CoreRecord.PutPointer(
                                                    PREFIX + key, expectedVersion, value)))
                            .getFirst();
        } catch (LogAppendException e) {
            if (e.retry() == S3StreamException.Retry.UNKNOWN) {
                return new Outcome.Unknown(e);
            }
            throw new PointersUnavailableException("the metadata log takes no pointer now", e);
        }
        return switch (result) {
            case ApplyResult.PointerSet set -> new Outcome.Set(set.version());
            case ApplyResult.PointerConflict conflict ->
                    new Outcome.Conflict(conflict.actualVersion());
            case ApplyResult.Applied ignored -> throw unexpected(result);
            case ApplyResult.AlreadyApplied ignored -> throw unexpected(result);
            case ApplyResult.Registered ignored -> throw unexpected(result);
            case ApplyResult.Claimed ignored -> throw unexpected(result);
            case ApplyResult.Opened ignored -> throw unexpected(result);
            case ApplyResult.Committed ignored -> throw unexpected(result);
            case ApplyResult.Fenced ignored -> throw unexpected(result);
            case ApplyResult.Refused ignored -> throw unexpected(result);
        };
    }

    private static IllegalStateException unexpected(ApplyResult result) {
        return new IllegalStateException("a pointer was answered with " + result);
    }

    private static Pointer pointer(CoreImage.Pointer pointer) {
        return new Pointer(pointer.version(), pointer.value());
    }
}
