package io.meshtransformer.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.gateway.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionRequestReaderTest {
    @Test
    void whatIsNotGivenHasTheDefaultOfOpenAi() {
        var request = read("{'model':'m','prompt':'Once'}");

        assertThat(request.prompts()).containsExactly(Prompt.ofText("Once"));
        assertThat(request.choices()).isOne();
        assertThat(request.candidates()).isOne();
        assertThat(request.seed()).isEmpty();
        assertThat(request.stream()).isFalse();
        assertThat(request.returnTokenIds()).isFalse();
        var options = request.options();
        assertThat(options.maxTokens()).isEqualTo(16);
        assertThat(options.stop()).isEmpty();
        assertThat(options.logprobs()).isNull();
        assertThat(options.echo()).isFalse();
        assertThat(options.ignoreEos()).isFalse();
        var sampling = options.sampling();
        assertThat(sampling.temperature()).isEqualTo(1);
        assertThat(sampling.topP()).isEqualTo(1);
        assertThat(sampling.topK()).isZero();
        assertThat(sampling.minP()).isZero();
        assertThat(sampling.repetitionPenalty()).isEqualTo(1);
        assertThat(sampling.presencePenalty()).isZero();
        assertThat(sampling.frequencyPenalty()).isZero();
        assertThat(sampling.logitBias()).isEmpty();
    }

    @Test
    void everyParameterIsRead() {
        var request = read("""
                {'model':'m','prompt':['a','b'],'max_tokens':7,'temperature':0.5,'top_p':0.9,'n':2,'best_of':3,
                 'stop':['x','y'],'logprobs':5,'echo':true,'seed':-42,'presence_penalty':-2,'frequency_penalty':2,
                 'logit_bias':{'50256':-100,'7':1.5},'user':'u','top_k':40,'repetition_penalty':1.2,'min_p':0.05,
                 'ignore_eos':true,'return_token_ids':true}""");

        assertThat(request.prompts()).containsExactly(Prompt.ofText("a"), Prompt.ofText("b"));
        assertThat(request.choices()).isEqualTo(2);
        assertThat(request.candidates()).isEqualTo(3);
        assertThat(request.seed()).hasValue(-42);
        assertThat(request.returnTokenIds()).isTrue();
        var options = request.options();
        assertThat(options.maxTokens()).isEqualTo(7);
        assertThat(options.choices()).isEqualTo(3);
        assertThat(options.stop()).containsExactly("x", "y");
        assertThat(options.logprobs()).isEqualTo(5);
        assertThat(options.echo()).isTrue();
        assertThat(options.ignoreEos()).isTrue();
        var sampling = options.sampling();
        assertThat(sampling.temperature()).isEqualTo(0.5);
        assertThat(sampling.topP()).isEqualTo(0.9);
        assertThat(sampling.topK()).isEqualTo(40);
        assertThat(sampling.minP()).isEqualTo(0.05);
        assertThat(sampling.repetitionPenalty()).isEqualTo(1.2);
        assertThat(sampling.presencePenalty()).isEqualTo(-2);
        assertThat(sampling.frequencyPenalty()).isEqualTo(2);
        assertThat(sampling.logitBias()).isEqualTo(Map.of(50256, -100.0, 7, 1.5));
    }

    @Test
    void aPromptIsATextOrIdsOrAListOfEither() {
        assertThat(read("{'model':'m','prompt':''}").prompts()).containsExactly(Prompt.ofText(""));
        assertThat(read("{'model':'m','prompt':[1,2]}").prompts()).containsExactly(Prompt.ofIds(1, 2));
        assertThat(read("{'model':'m','prompt':[[1],[2,3]]}").prompts())
                .containsExactly(Prompt.ofIds(1), Prompt.ofIds(2, 3));
    }

    @Test
    void aStreamMayAskForCounts() {
        var request = read("{'model':'m','prompt':'a','stream':true,'stream_options':{'include_usage':true,'x':[1]}}");

        assertThat(request.stream()).isTrue();
        assertThat(request.includeUsage()).isTrue();
    }

    @Test
    void fieldsNobodyKnowsAreIgnoredAndNullIsAbsent() {
        var request = read(
                "{'model':'m','do_sample':true,'tools':[{'a':{'b':[]}}],'prompt':'a','max_tokens':null,'suffix':null,'stop':null}");

        assertThat(request.options().maxTokens()).isEqualTo(16);
        assertThat(request.options().stop()).isEmpty();
    }

    @Test
    void minusOneTurnsTopKOff() {
        assertThat(read("{'model':'m','prompt':'a','top_k':-1}")
                        .options()
                        .sampling()
                        .topK())
                .isZero();
    }

    @Test
    void aListBeyondTheLimitIsRefusedWithBothNumbers() {
        var prompts = IntStream.range(0, 10_000).mapToObj(_ -> "'a'").collect(Collectors.joining(","));

        var refusal = refusal("{'model':'m','prompt':[" + prompts + "]}");

        assertThat(refusal.body().error().param()).isEqualTo("prompt");
        assertThat(refusal).hasMessageContaining("10000").hasMessageContaining("2048");
    }

    @Test
    void promptsTimesChoicesHaveALimitToo() {
        var prompts = IntStream.range(0, 100).mapToObj(_ -> "'a'").collect(Collectors.joining(","));

        var refusal = refusal("{'model':'m','n':100,'prompt':[" + prompts + "]}");

        assertThat(refusal).hasMessageContaining("10000").hasMessageContaining("4096");
        assertThat(refusal.body().error().param()).isEqualTo("n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'prompt':'a'}                                | model             | 'model' is missing
            {'model':5,'prompt':'a'}                      | model             | 'model' is an integer, it must be a text
            {'model':'m'}                                 | prompt            | 'prompt' is missing
            {'model':'m','prompt':null}                   | prompt            | 'prompt' is missing
            {'model':'m','prompt':[]}                     | prompt            | 'prompt' is an empty list
            {'model':'m','prompt':[[]]}                   | prompt[0]         | 'prompt' has an empty list of token ids
            {'model':'m','prompt':['a',1]}                | prompt[1]         | 'prompt' mixes
            {'model':'m','prompt':[1,'a']}                | prompt[1]         | 'prompt' mixes
            {'model':'m','prompt':[1,-1]}                 | prompt[1]         | 'prompt[1]' is -1, it must be from 0
            {'model':'m','prompt':[1.5]}                  | prompt[0]         | 'prompt[0]' is a number with a fraction
            {'model':'m','prompt':[[1],[2,'x']]}          | prompt[1][1]      | 'prompt[1][1]' is a text, it must be an integer
            {'model':'m','prompt':{}}                     | prompt            | 'prompt' is an object
            {'model':'m','prompt':[{}]}                   | prompt[0]         | 'prompt[0]' is an object
            {'model':'m','prompt':'\\ud800'}              | prompt            | 'prompt' has the lone surrogate U+D800 at place 0
            {'model':'m','prompt':['a','b\\udc00c']}      | prompt[1]         | 'prompt[1]' has the lone surrogate U+DC00 at place 1
            {'model':'m','prompt':'a','max_tokens':-1}    | max_tokens        | 'max_tokens' is -1, it must be from 0
            {'model':'m','prompt':'a','max_tokens':0}     | max_tokens        | 'max_tokens' is 0, which needs 'echo'
            {'model':'m','prompt':'a','max_tokens':1.0}   | max_tokens        | 'max_tokens' is a number with a fraction, it must be an integer
            {'model':'m','prompt':'a','max_tokens':'7'}   | max_tokens        | 'max_tokens' is a text, it must be an integer
            {'model':'m','prompt':'a','max_tokens':99999999999999999999999} | max_tokens | 'max_tokens' is 99999999999999999999999, it must be
            {'model':'m','prompt':'a','temperature':NaN}  | temperature       | 'temperature' is NaN, it must be a finite number
            {'model':'m','prompt':'a','temperature':Infinity} | temperature   | 'temperature' is Infinity, it must be a finite number
            {'model':'m','prompt':'a','temperature':1e999} | temperature      | 'temperature' is 1e999, it must be a finite number
            {'model':'m','prompt':'a','temperature':-0.1} | temperature       | 'temperature' is -0.1, it must be from 0 to 2
            {'model':'m','prompt':'a','temperature':2.1}  | temperature       | 'temperature' is 2.1, it must be from 0 to 2
            {'model':'m','prompt':'a','temperature':true} | temperature       | 'temperature' is true or false, it must be a number
            {'model':'m','prompt':'a','top_p':0}          | top_p             | 'top_p' is 0, it must be above 0 and at most 1
            {'model':'m','prompt':'a','top_p':1.01}       | top_p             | 'top_p' is 1.01
            {'model':'m','prompt':'a','top_k':-2}         | top_k             | 'top_k' is -2
            {'model':'m','prompt':'a','min_p':1.5}        | min_p             | 'min_p' is 1.5
            {'model':'m','prompt':'a','repetition_penalty':0} | repetition_penalty | 'repetition_penalty' is 0
            {'model':'m','prompt':'a','presence_penalty':-2.5} | presence_penalty | 'presence_penalty' is -2.5, it must be from -2 to 2
            {'model':'m','prompt':'a','frequency_penalty':3} | frequency_penalty | 'frequency_penalty' is 3
            {'model':'m','prompt':'a','n':0}              | n                 | 'n' is 0, it must be from 1 to 128
            {'model':'m','prompt':'a','n':129}            | n                 | 'n' is 129, it must be from 1 to 128
            {'model':'m','prompt':'a','n':2,'best_of':1}  | best_of           | 'best_of' is 1, it must be at least 'n', which is 2
            {'model':'m','prompt':'a','best_of':2,'stream':true} | best_of    | a stream cannot wait for the best
            {'model':'m','prompt':'a','stop':''}          | stop              | 'stop' has an empty text
            {'model':'m','prompt':'a','stop':['a','']}    | stop[1]           | 'stop' has an empty text
            {'model':'m','prompt':'a','stop':5}           | stop              | 'stop' is an integer, it must be a text or a list of texts
            {'model':'m','prompt':'a','stop':[5]}         | stop[0]           | 'stop[0]' is an integer, it must be a text
            {'model':'m','prompt':'a','stop':['1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16','17']} | stop | 'stop' has 17 texts, at most 16
            {'model':'m','prompt':'a','logprobs':21}      | logprobs          | 'logprobs' is 21, it must be from 0 to 20
            {'model':'m','prompt':'a','logprobs':true}    | logprobs          | 'logprobs' is true or false, it must be an integer
            {'model':'m','prompt':'a','echo':1}           | echo              | 'echo' is an integer, it must be true or false
            {'model':'m','prompt':'a','stream':'yes'}     | stream            | 'stream' is a text, it must be true or false
            {'model':'m','prompt':'a','stream_options':{}} | stream_options   | 'stream_options' needs 'stream' to be true
            {'model':'m','prompt':'a','stream':true,'stream_options':true} | stream_options | 'stream_options' is true or false, it must be an object
            {'model':'m','prompt':'a','stream':true,'stream_options':{'include_usage':1}} | stream_options.include_usage | 'stream_options.include_usage' is an integer
            {'model':'m','prompt':'a','seed':1.5}         | seed              | 'seed' is a number with a fraction, it must be an integer
            {'model':'m','prompt':'a','seed':9223372036854775808} | seed      | 'seed' is 9223372036854775808, it must be from -9223372036854775808
            {'model':'m','prompt':'a','logit_bias':[]}    | logit_bias        | 'logit_bias' is a list, it must be an object
            {'model':'m','prompt':'a','logit_bias':{'a':1}} | logit_bias      | 'logit_bias' has the key 'a', its keys must be token ids
            {'model':'m','prompt':'a','logit_bias':{'-1':1}} | logit_bias     | 'logit_bias' has the key '-1'
            {'model':'m','prompt':'a','logit_bias':{'1':101}} | logit_bias.1  | 'logit_bias.1' is 101, it must be from -100 to 100
            {'model':'m','prompt':'a','user':5}           | user              | 'user' is an integer
            {'model':'m','prompt':'a','suffix':'b'}       | suffix            | 'suffix' is not supported
            {'model':'m','prompt':'a','ignore_eos':0}     | ignore_eos        | 'ignore_eos' is an integer
            {'model':'m','prompt':'a','return_token_ids':'x'} | return_token_ids | 'return_token_ids' is a text
            """)
    void aWrongFieldIsRefusedByName(String body, String parameter, String message) {
        var refusal = refusal(body);

        assertThat(refusal).hasMessageContaining(message);
        assertThat(refusal.body().error().param()).isEqualTo(parameter);
        assertThat(refusal.kind().status()).isEqualTo(400);
    }

    private static CompletionRequest read(String body) {
        return CompletionRequestReader.read(bytes(body), TestLimits.DEFAULT);
    }

    private static ApiException refusal(String body) {
        var refusal = catchThrowableOfType(ApiException.class, () -> read(body));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static byte[] bytes(String body) {
        return body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
