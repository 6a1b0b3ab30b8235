package io.oxbow.s3stream.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what shares of a budget leave to each other, and who of those that wait is told first. */
class FairShareTest {

    private static final int WHOLE = 16_000;

    private final MemoryBudget whole = new MemoryBudget(WHOLE);
    private final List<String> told = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 40, 200, 1_000})
    void howeverManyTakeAllTheyCanOneMoreFindsRoom(int count) {
        List<FairShare> hogs = IntStream.range(0, count).mapToObj(i -> whole.fairShare()).toList();
        boolean more = true;
        while (more) {
            more = false;
            for (FairShare hog : hogs) {
                more |= hog.tryReserve(1);
            }
        }
        assertThat(hogs).noneMatch(hog -> hog.roomBytes() > 0);
        assertThat(whole.roomBytes()).isGreaterThanOrEqualTo(Math.min(1_000, WHOLE / (count + 1)));
        assertThat(whole.fairShare().tryReserve(whole.roomBytes() / 2)).isTrue();
    }

    @Test
    void oneAloneMayHaveNearlyAll() {
        FairShare alone = whole.fairShare();
        assertThat(FairShare.bytesMax(whole)).isEqualTo(15_000);
        assertThat(alone.tryReserve(15_001)).isFalse();
        assertThat(alone.usedBytes()).as("nothing stays of what was refused").isZero();
        assertThat(alone.tryReserve(15_000)).isTrue();
        assertThat(alone.isFull()).isTrue();
        assertThat(whole.fairShare().tryReserve(500)).isTrue();
        alone.release(15_000);
        assertThat(whole.usedBytes()).isEqualTo(500);
        assertThatIllegalStateException().isThrownBy(() -> alone.release(1));
    }

    @Test
    void theRoomIsExactlyWhatCanBeReserved() {
        var random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            var budget = new MemoryBudget(random.nextInt(1, 5_000));
            FairShare share = budget.fairShare();
            share.reserveBeyond(random.nextLong(budget.bytesMax() + 1));
            budget.reserveBeyond(random.nextLong(budget.bytesMax() + 1));
            long room = share.roomBytes();
            assertThat(share.tryReserve(Math.max(room, 0) + 1)).isFalse();
            if (room > 0) {
                assertThat(share.tryReserve(room)).isTrue();
            }
        }
    }

    @Test
    void theLeastNeedIsMetFirst() {
        FairShare large = whole.fairShare();
        FairShare small = whole.fairShare();
        large.reserveBeyond(600);
        whole.reserveBeyond(WHOLE - 600);
        large.whenRoom(100, () -> told.add("holds much"));
        whole.fairShare().whenRoom(300, () -> told.add("wants much"));
        small.whenRoom(100, () -> told.add("little"));

        whole.release(199);
        assertThat(told).isEmpty();
        whole.release(1);
        assertThat(told).containsExactly("little");
        whole.release(400);
        assertThat(told).as("300, and as much left free").containsExactly("little", "wants much");
        whole.release(500);
        assertThat(told).containsExactly("little", "wants much", "holds much");
    }

    @Test
    void whoGivesBackNeedsLess() {
        FairShare share = whole.fairShare();
        share.reserveBeyond(900);
        whole.reserveBeyond(WHOLE - 900);
        share.whenRoom(50, () -> told.add("share"));
        share.release(99);
        assertThat(told).as("50, and 851 left free").isEmpty();
        whole.release(700);
        assertThat(told).isEmpty();
        share.release(100);
        assertThat(told).as("899 are free, and 801 are needed").containsExactly("share");
    }

    @Test
    void aShareWaitsForOneThingAndMayStop() {
        FairShare share = whole.fairShare();
        whole.reserveBeyond(WHOLE);
        share.whenRoom(1, () -> told.add("first"));
        share.whenRoom(2, () -> told.add("second"));
        assertThat(whole.waiting()).isEqualTo(1);
        share.stopWaiting();
        assertThat(whole.isWaitedFor()).isFalse();
        share.whenRoom(3, () -> told.add("third"));
        whole.release(WHOLE);
        assertThat(told).containsExactly("third");
    }

    @Test
    void theWholeHoldsItsMaximumUnderContention() throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            var random = new SplittableRandom(i);
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                FairShare share = whole.fairShare();
                                for (int n = 0; n < 5_000; n++) {
                                    int bytes = random.nextInt(1, 8_000);
                                    if (share.tryReserve(bytes)) {
                                        share.release(bytes);
                                    } else {
                                        share.whenRoom(bytes, () -> {});
                                    }
                                }
                                share.stopWaiting();
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(whole.usedBytes()).isZero();
        assertThat(whole.isWaitedFor()).isFalse();
    }
}
