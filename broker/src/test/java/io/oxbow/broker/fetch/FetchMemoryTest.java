package io.oxbow.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.memory.MemoryBudget;
import org.junit.jupiter.api.Test;

/** Tests the grants of reply memory to one fetch. */
class FetchMemoryTest {

    private static final int MIB = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(32 * MIB);

    private FetchMemory ofClient() {
        return new FetchMemory(budget.fairShare());
    }

    @Test
    void repliesBecomeSmallerAsRoomDoes() {
        // Each leaves two mebibytes free, and takes a quarter of the rest.
        assertThat(ofClient().grant(50 * MIB)).isEqualTo(30 * MIB / 4);
        budget.reserveBeyond(MIB / 2);
        assertThat(ofClient().grant(50 * MIB)).isEqualTo(22 * MIB / 4);
        budget.reserveBeyond(budget.roomBytes() - MIB / 4);
        assertThat(ofClient().grant(50 * MIB)).as("the least").isEqualTo(MIB / 16);
        budget.reserveBeyond(MIB / 8);
        assertThat(ofClient().grant(50 * MIB)).as("no room").isZero();
    }

    @Test
    void onlyWhatWasReadIsKept() {
        var memory = ofClient();
        memory.grant(8 * MIB);
        assertThat(memory.keep(100)).isTrue();
        memory.grant(8 * MIB);
        memory.keepNothing();
        assertThat(budget.usedBytes()).isEqualTo(100);
        memory.close();
        memory.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void aBatchGreaterThanItsGrantWaitsForRoomOfItsSize() {
        budget.reserveBeyond(20 * MIB);
        var memory = ofClient();
        memory.grant(100);
        assertThat(memory.keep(20 * MIB)).isFalse();
        assertThat(budget.usedBytes()).as("nothing kept").isEqualTo(20 * MIB);
        var told = new Object[1];
        memory.whenRoom(() -> told[0] = this);
        budget.release(9 * MIB);
        assertThat(told[0]).isNull();
        budget.release(MIB);
        assertThat(told[0]).isNotNull();
        assertThat(memory.grant(100)).isEqualTo(20 * MIB);
        assertThat(memory.keep(20 * MIB)).isTrue();
    }
}
