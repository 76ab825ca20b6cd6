package io.meshtransformer.pjrt.c;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class NativeMetadataTest {
    @Test
    void theMetadataIsThatOfThisVersionOfJna() throws Exception {
        assertThat(Files.readString(NativeMetadata.FILE))
                .as("run %s to write it anew", NativeMetadata.class)
                .isEqualTo(NativeMetadata.json());
    }
}
