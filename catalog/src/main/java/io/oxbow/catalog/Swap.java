package io.oxbow.catalog;

import java.util.Arrays;
import java.util.Optional;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one compare-and-set to its outcome. A put of unknown outcome is repeated, which is safe
 * since at most one put can find the expected version.
 */
final class Swap {

    private static final int ATTEMPTS = 3;

    private final TablePointers pointers;

    Swap(TablePointers pointers) {
        this.pointers = pointers;
    }

    /** Outcome of a compare-and-set after its repetitions. */
    sealed interface Result {

        record Done(long version) implements Result {}

        /** The put did certainly not take place: the pointer has another version. */
        record Lost(long actualVersion) implements Result {}

        /** The put may have taken place, or may yet. */
        record Undecided(Throwable cause) implements Result {}
    }

    /**
     * @param value null deletes
     * @throws PointersUnavailableException when it is certainly not done
     */
    Result run(String key, long expectedVersion, byte @Nullable [] value) {
        Throwable unknown = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            switch (putAgain(key, expectedVersion, value, unknown)) {
                case TablePointers.Outcome.Set set -> {
                    return new Result.Done(set.version());
                }
                case TablePointers.Outcome.Conflict conflict -> {
                    return unknown == null
                            ? new Result.Lost(conflict.actualVersion())
                            : examine(key, value, unknown);
                }
                case TablePointers.Outcome.Unknown lost -> unknown = lost.cause();
            }
        }
        if (unknown == null) {
            throw new IllegalStateException("a loop without a turn");
        }
        return new Result.Undecided(unknown);
    }

    /**
     * Repeats a put. Once an outcome is unknown, a later refusal says nothing about the earlier
     * put.
     */
    private TablePointers.Outcome putAgain(
            String key,
            long expectedVersion,
            byte @Nullable [] value,
            @Nullable Throwable unknown) {
        try {
            return pointers.put(key, expectedVersion, value);
        } catch (PointersUnavailableException e) {
            if (unknown == null) {
                throw e;
            }
            return new TablePointers.Outcome.Unknown(e);
        }
    }

    private Result examine(String key, byte @Nullable [] value, Throwable unknown) {
        Optional<TablePointers.Pointer> now = pointers.get(key);
        if (value == null) {
            return now.isEmpty() ? new Result.Done(0) : new Result.Undecided(unknown);
        }
        return now.filter(pointer -> Arrays.equals(pointer.value(), value))
                .<Result>map(pointer -> new Result.Done(pointer.version()))
                .orElseGet(() -> new Result.Undecided(unknown));
    }

    /**
     * Returns false when the put did certainly not take place.
     *
     * @throws CommitStateUnknownException when nobody can tell
     */
    static boolean isDone(Result result, Object what) {
        return switch (result) {
            case Result.Done _ -> true;
            case Result.Lost _ -> false;
            case Result.Undecided undecided ->
                    throw new CommitStateUnknownException(
                            "The outcome of the change of " + what + " is unknown",
                            undecided.cause());
        };
    }
}
