package io.oxbow.s3stream.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    private final MemoryBudget node = new MemoryBudget(100);

    @Test
    void reservesAllOrNothing() {
        assertThat(node.tryReserve(60)).isTrue();
        assertThat(node.tryReserve(41)).isFalse();
        assertThat(node.usedBytes()).isEqualTo(60);
        assertThat(node.refusals()).isEqualTo(1);
        assertThat(node.tryReserve(40)).isTrue();
        assertThat(node.isFull()).isTrue();
    }

    @Test
    void sharesCountAgainstTheWhole() {
        MemoryBudget first = node.share(70);
        MemoryBudget second = node.share(70);

        assertThat(first.tryReserve(71)).isFalse();
        assertThat(first.tryReserve(70)).isTrue();
        assertThat(second.roomBytes()).isEqualTo(30);
        assertThat(second.tryReserve(31)).isFalse();
        assertThat(second.usedBytes()).as("nothing stays of what was refused").isZero();
        first.release(10);
        assertThat(second.tryReserve(31)).isTrue();
        assertThat(node.usedBytes()).isEqualTo(91);
    }

    @Test
    void whatIsHeldAlreadyIsCountedBeyondTheMaximum() {
        MemoryBudget share = node.share(50);
        share.reserveBeyond(130);
        assertThat(share.isFull()).isTrue();
        assertThat(node.roomBytes()).isEqualTo(-30);
        share.release(130);
        assertThat(node.usedBytes()).isZero();
    }

    @Test
    void tellsThoseWhoWaitOnceThereIsRoom() {
        var told = new AtomicInteger();
        node.reserveBeyond(120);
        node.whenRoom(1, told::incrementAndGet);
        node.release(20);
        assertThat(told).as("still full").hasValue(0);
        node.release(1);
        assertThat(told).hasValue(1);
        node.release(1);
        assertThat(told).as("only once").hasValue(1);
        node.whenRoom(1, told::incrementAndGet);
        assertThat(told).as("there is room already").hasValue(2);
    }

    @Test
    void roomIsPromisedOnlyOnce() {
        var told = new ArrayList<String>();
        node.reserveBeyond(100);
        node.whenRoom(10, () -> told.add("first"));
        node.share(50).whenRoom(10, () -> told.add("second"));
        assertThat(node.waiting()).isEqualTo(2);
        node.release(19);
        assertThat(told).containsExactly("first");
        node.reserveBeyond(10);
        node.release(1);
        assertThat(told).containsExactly("first", "second");
    }

    @Test
    void whoWaitsForItsShareIsToldByTheShare() {
        var told = new AtomicInteger();
        MemoryBudget share = node.share(20);
        share.reserveBeyond(20);
        share.whenRoom(5, told::incrementAndGet);
        node.reserveBeyond(5);
        node.release(5);
        assertThat(told).as("the whole had room all along").hasValue(0);
        share.release(5);
        assertThat(told).hasValue(1);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MemoryBudget(0));
        assertThatIllegalStateException().isThrownBy(() -> node.release(1));
    }

    @Test
    void holdsItsMaximumUnderContention() throws InterruptedException {
        var most = new AtomicLong();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            var random = new SplittableRandom(i);
            MemoryBudget share = node.share(60);
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int n = 0; n < 20_000; n++) {
                                    int bytes = random.nextInt(1, 61);
                                    if (share.tryReserve(bytes)) {
                                        most.accumulateAndGet(node.usedBytes(), Math::max);
                                        share.release(bytes);
                                    }
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isBetween(1L, 100L);
        assertThat(node.usedBytes()).isZero();
    }
}
