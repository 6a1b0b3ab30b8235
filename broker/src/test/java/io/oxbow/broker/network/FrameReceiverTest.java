package io.oxbow.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.oxbow.s3stream.memory.FairShare;
import io.oxbow.s3stream.memory.MemoryBudget;
import org.junit.jupiter.api.Test;

/** Tests how much memory a frame takes that may never be whole. */
class FrameReceiverTest {

    private static final int LENGTH = 200 << 10;
    private static final long ALL = 1 << 20;
    private static final long LEFT = ALL / 4;
    private static final long OTHERS = 700 << 10;

    private final MemoryBudget budget = new MemoryBudget(ALL);
    private final FairShare share = budget.fairShare();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new FrameReceiver(LENGTH, share, LEFT));

    /** Sends bytes of a frame until all are sent, or the receiver reads no further. */
    private int send(int sent, int until) {
        int position = sent;
        while (position < until && channel.config().isAutoRead()) {
            int count = Math.min(until - position, 8 << 10);
            channel.writeInbound(Unpooled.buffer().writeZero(count));
            position += count;
        }
        return position;
    }

    private void begin() {
        channel.writeInbound(Unpooled.buffer().writeInt(LENGTH).writeZero(1));
    }

    @Test
    void unfinishedFrameLeavesAPartOfTheBudgetUntilItsConnectionHasSentOneAsLarge() {
        assertThat(budget.tryReserve(OTHERS)).isTrue();
        begin();
        int sent = send(1, LENGTH);

        assertThat(sent).isLessThan(LENGTH);
        assertThat(budget.roomBytes()).isGreaterThanOrEqualTo(LEFT);

        budget.release(OTHERS);
        channel.runPendingTasks();
        assertThat(send(sent, LENGTH)).isEqualTo(LENGTH);
        ByteBuf whole = channel.readInbound();
        assertThat(whole.readableBytes()).isEqualTo(LENGTH);
        share.release(whole.capacity());
        whole.release();

        assertThat(budget.tryReserve(OTHERS)).isTrue();
        begin();
        assertThat(send(1, LENGTH - 1)).isEqualTo(LENGTH - 1);
        assertThat(budget.roomBytes()).isLessThan(LEFT);

        channel.finishAndReleaseAll();
        assertThat(budget.usedBytes()).isEqualTo(OTHERS);
    }
}
