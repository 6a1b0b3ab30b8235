package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.ForwardingStore;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Ways to the bucket that make a rule of the metadata log ineffective. */
final class BrokenStores {

    private static final String SLOTS = "meta/log/";
    private static final int TYPE_POSITION = 6;
    private static final byte TAKEOVER = 1;

    private BrokenStores() {}

    /** Answers that nothing lies beyond one's own TAKEOVER, without looking. */
    static final class NoListAfterTakeover extends ForwardingStore {
        private final Set<String> takeovers = new TreeSet<>();

        NoListAfterTakeover(ObjectStore target) {
            super(target);
        }

        @Override
        public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
            ByteBuffer first = body.getFirst();
            if (key.startsWith(SLOTS) && first.get(first.position() + TYPE_POSITION) == TAKEOVER) {
                takeovers.add(key);
            }
            return target().putIfAbsent(key, body);
        }

        @Override
        public ListResult list(String prefix, String startAfter, int limit) {
            return takeovers.contains(startAfter)
                    ? new ListResult.Listed(List.of())
                    : target().list(prefix, startAfter, limit);
        }
    }

    /** Deletes, with the slots that may go, the TAKEOVERs between them. */
    static final class TakeoversDeleted extends ForwardingStore {
        TakeoversDeleted(ObjectStore target) {
            super(target);
        }

        @Override
        public DeleteResult delete(Collection<String> keys) {
            TreeSet<String> more = new TreeSet<>(keys);
            String highest = more.isEmpty() ? "" : more.last();
            if (highest.startsWith(SLOTS)
                    && target().list(SLOTS, "", Integer.MAX_VALUE)
                            instanceof ListResult.Listed(var objects)) {
                objects.stream()
                        .map(ObjectSummary::key)
                        .filter(key -> key.compareTo(highest) < 0)
                        .forEach(more::add);
            }
            return target().delete(more);
        }
    }
}
