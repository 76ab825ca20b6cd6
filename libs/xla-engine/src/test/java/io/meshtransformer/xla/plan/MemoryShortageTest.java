package io.meshtransformer.xla.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.pjrt.ErrorCode;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XLA's sentences about programs that do not fit. */
class MemoryShortageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            E1000: CompileTimeHbmOom: Ran out of memory on HBM, the total memory required for HLO temporaries (16.83G) \
            exceeds available HBM (15.75G). HLO module: decode. | 18071074898 | 16911433728
            Ran out of memory in memory space hbm. Used 17.16G of 15.75G hbm. Exceeded hbm capacity by 1.41G. | \
            18425409700 | 16911433728
            the total memory required for HLO temporaries (512.50M) exceeds available HBM (100.00K) | 537395200 | 102400
            """)
    void bothNumbersAreInBytes(String message, long needed, long available) {
        assertThat(MemoryShortage.in(new XlaError(ErrorCode.RESOURCE_EXHAUSTED, message)))
                .contains(new MemoryShortage(needed, available));
    }

    @Test
    void anotherMemoryThanHbmIsAnotherError() {
        var error =
                new XlaError(ErrorCode.RESOURCE_EXHAUSTED, "Ran out of memory in memory space vmem: 20.00M of 16.00M");

        assertThat(MemoryShortage.in(error)).isEmpty();
    }

    @Test
    void anotherErrorIsNoShortage() {
        var error = new XlaError(ErrorCode.INTERNAL, "Used 17.16G of 15.75G hbm");

        assertThat(MemoryShortage.in(error)).isEmpty();
    }
}
