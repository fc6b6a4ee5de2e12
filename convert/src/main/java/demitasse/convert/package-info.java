/** From a Hugging Face folder (safetensors, config.json, tokenizer files) to a GGUF file. */
package demitasse.convert;
