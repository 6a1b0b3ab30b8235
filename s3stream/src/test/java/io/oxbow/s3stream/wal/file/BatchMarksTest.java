package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchMarksTest {

    private final BatchMarks marks = new BatchMarks();

    @Test
    void aBatchStaysUntilItsLastFrameIsTrimmed() {
        marks.add(0, 500);
        marks.add(4096, 9000);
        assertThat(marks.trim(499, 12288, 12288)).isZero();
        assertThat(marks.trim(500, 12288, 12288)).isEqualTo(4096);
        assertThat(marks.trim(8999, 12288, 12288)).isEqualTo(4096);
        assertThat(marks.trim(9000, 12288, 12288)).isEqualTo(12288);
    }

    @Test
    void aPadGoesWithWhatIsBeforeItButNotBeforeItIsDurable() {
        marks.add(0, 500);
        marks.add(4096, 4096);
        assertThat(marks.trim(500, 4096, 20480)).isEqualTo(4096);
        assertThat(marks.trim(500, 20480, 20480)).isEqualTo(20480);
    }

    @Test
    void anyNumberIsKept() {
        for (long batch = 0; batch < 1000; batch++) {
            marks.add(batch * 4096, batch * 4096 + 100);
            if (batch % 3 == 2) {
                marks.trim(batch / 3 * 4096 + 100, 1 << 30, (batch + 1) * 4096);
            }
        }
        for (long batch = 333; batch < 1000; batch++) {
            assertThat(marks.trim(batch * 4096 + 99, 1 << 30, 1000 * 4096)).isEqualTo(batch * 4096);
        }
    }
}
