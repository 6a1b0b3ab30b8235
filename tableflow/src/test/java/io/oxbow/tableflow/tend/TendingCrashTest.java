package io.oxbow.tableflow.tend;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests that a process may die at each write and deletion of tending. */
class TendingCrashTest {

    /** A store that a process which dies sees no more of, from one of its changes on. */
    private static final class DyingStore extends ForwardingStore {

        private int changesLeft = Integer.MAX_VALUE;
        private boolean appliesLast;

        DyingStore(ObjectStore target) {
            super(target);
        }

        void dieAfter(int changes, boolean applied) {
            changesLeft = changes;
            appliesLast = applied;
        }

        boolean isDead() {
            return changesLeft < 0;
        }

        private static final class Death extends Error {
            private static final long serialVersionUID = 1L;
        }

        private void change(Runnable what) {
            if (changesLeft > 0) {
                changesLeft--;
                what.run();
                return;
            }
            if (changesLeft == 0 && appliesLast) {
                what.run();
            }
            changesLeft = -1;
            throw new Death();
        }

        @Override
        public PutResult put(String key, List<ByteBuffer> body) {
            change(() -> super.put(key, body));
            return new PutResult.Done();
        }

        @Override
        public DeleteResult delete(Collection<String> keys) {
            change(() -> super.delete(keys));
            return new DeleteResult.Done();
        }

        @Override
        public GetResult get(String key, long position, int size) {
            if (isDead()) {
                throw new Death();
            }
            return super.get(key, position, size);
        }
    }

    @Test
    void aProcessThatDiesAtAnyChangeLeavesNothingWrongAndGarbageForItsSuccessor() throws Exception {
        int changes = 0;
        boolean died = true;
        while (died) {
            died = dies(changes, changes % 2 == 0);
            changes += 5;
        }
        assertThat(changes).isGreaterThan(15);
    }

    private static boolean dies(int changes, boolean applied) throws Exception {
        DyingStore store = new DyingStore(new InMemoryObjectStore());
        TendedTable tended = new TendedTable(store);
        tended.world.set("table.partition.by", "");
        for (int i = 0; i < 14; i++) {
            tended.commit(2);
        }
        store.dieAfter(changes, applied);
        try {
            tended.tend();
            for (int i = 0; i < 3; i++) {
                tended.pass(Duration.ofDays(3));
                tended.commit(1);
                tended.tend();
            }
        } catch (RuntimeException | Error e) {
            assertThat(store.isDead()).isTrue();
        }
        boolean died = store.isDead();
        store.dieAfter(Integer.MAX_VALUE, true);
        tended.restart();
        tended.assertRight();

        tended.commit(1);
        for (int i = 0; i < 3; i++) {
            tended.pass(Duration.ofHours(2));
            tended.round();
            tended.tend();
        }
        tended.assertRight();
        TreeSet<String> garbage = tended.stored();
        garbage.removeAll(tended.named());
        assertThat(garbage).as("after %d changes", changes).isEmpty();
        return died;
    }
}
