package io.oxbow.s3stream.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BlockMemoryTest {

    private static final int KIB = 1 << 10;
    private static final int REGION = BlockMemory.REGION_BYTES;

    private final BlockMemory memory = new BlockMemory(2L * REGION);

    private BlockMemory.Piece take(int bytes) {
        return Objects.requireNonNull(memory.take(bytes));
    }

    @Test
    void piecesAreOffTheHeapAndDoNotOverlap() {
        List<BlockMemory.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pieces.add(take(100 + i * 613));
            assertThat(pieces.getLast().buffer().isDirect()).isTrue();
            fill(pieces.getLast(), (byte) i);
            if (i % 3 == 2) {
                pieces.removeFirst().free();
            }
        }
        for (BlockMemory.Piece piece : pieces) {
            var bytes = piece.buffer();
            byte first = bytes.get(0);
            while (bytes.hasRemaining()) {
                assertThat(bytes.get()).isEqualTo(first);
            }
        }
    }

    private static void fill(BlockMemory.Piece piece, byte with) {
        var bytes = piece.buffer();
        while (bytes.hasRemaining()) {
            bytes.put(with);
        }
    }

    @Test
    void thereIsNoMoreThanTheBound() {
        List<BlockMemory.Piece> pieces = new ArrayList<>();
        for (var piece = memory.take(500 * KIB); piece != null; piece = memory.take(500 * KIB)) {
            pieces.add(piece);
        }
        assertThat(pieces).hasSize(2 * (REGION / (500 * KIB)));
        assertThat(memory.usedBytes()).isEqualTo(pieces.size() * 500L * KIB);
        pieces.forEach(BlockMemory.Piece::free);
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void whatIsFreeInPiecesIsUsedForSmallerOnesAndJoinsAgain() {
        var first = take(REGION / 4);
        var second = take(REGION / 4);
        var third = take(REGION / 2);
        take(REGION);
        assertThat(memory.take(1)).isNull();
        first.free();
        assertThat(memory.take(REGION / 4 + 1)).isNull();
        second.free();
        take(REGION / 2).free();
        third.free();
        take(REGION).free();
    }

    @Test
    void largerThanARegionDoesNotFit() {
        assertThat(memory.fits(REGION)).isTrue();
        assertThat(memory.fits(REGION + 1)).isFalse();
        assertThat(memory.take(REGION + 1)).isNull();
        assertThat(new BlockMemory(0).fits(1)).isFalse();
        assertThat(new BlockMemory(100 * KIB).fits(100 * KIB)).isTrue();
    }

    @Test
    void readersTogetherAreShownHalfOfItAndEachPieceCountsOnce() {
        var half = take(REGION);
        var more = take(KIB);
        assertThat(half.tryShow()).isTrue();
        assertThat(half.tryShow()).isTrue();
        assertThat(more.tryShow()).isFalse();
        assertThat(memory.shownBytes()).isEqualTo(REGION);
        half.hide();
        assertThat(more.tryShow()).isFalse();
        half.hide();
        assertThat(more.tryShow()).isTrue();
        assertThat(memory.shownBytes()).isEqualTo(KIB);
    }
}
